// README-BEGIN
using HashDb;
using HashDb.Client;
using HashDb.Models.Kinds.Lsh;
// README-END

namespace HashDb.Client.Tests;

/// <summary>The examples of the README are the code between the markers: it compiles, it runs, and the README shows just that.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public async Task Example_stores_and_finds()
    {
        using var directory = new Support.TemporaryDirectory();
        (SearchResult result, int count) = await RunAsync(directory["photos.db"], Support.Data.Vector, Support.Data.Dimensions);

        count.ShouldBe(1_000);
        result.Hits.Count.ShouldBe(10);
        result.Hits[0].Id.ShouldBe(new VectorId(7));
    }

    /// <summary>The first example made the collection with a call that failed at the second start of the same program.</summary>
    [Fact]
    public async Task Example_runs_again_on_the_same_folder()
    {
        using var directory = new Support.TemporaryDirectory();
        await RunAsync(directory["photos.db"], Support.Data.Vector, Support.Data.Dimensions);
        (SearchResult result, int count) = await RunAsync(directory["photos.db"], Support.Data.Vector, Support.Data.Dimensions);

        count.ShouldBe(1_000);
        result.Hits[0].Id.ShouldBe(new VectorId(7));
    }

    [Fact]
    public void Readme_shows_the_example_as_it_compiles()
    {
        string root = FindRoot();
        string[] own = File.ReadAllLines(OwnPath());
        var example = new List<string>();
        for (int i = 0; i < own.Length; i++)
        {
            if (own[i].Trim() != "// README-BEGIN")
                continue;
            int indent = own[i].Length - own[i].TrimStart().Length;
            for (i++; own[i].Trim() != "// README-END"; i++)
                example.Add(own[i].Length >= indent ? own[i][indent..] : own[i]);
        }

        example.Count.ShouldBeGreaterThan(5);
        string readme = File.ReadAllText(Path.Combine(root, "README.md")).ReplaceLineEndings("\n");
        string inReadme = string.Concat(readme.Split("```csharp\n").Skip(1).Select(block => block.Split("```")[0]));
        inReadme.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(example.Where(line => line.Length > 0));
    }

    private static async Task<(SearchResult Result, int Count)> RunAsync(string path, Func<int, float[]> vectorOf, int dimensions)
    {
        float[] trainingVectors = [.. Enumerable.Range(0, 200).SelectMany(vectorOf)];
        VectorRecord[] records =
        [
            .. Enumerable.Range(0, 1_000).Select(i => new VectorRecord { Id = new VectorId((ulong)i), Vector = vectorOf(i) })
        ];
        float[] query = vectorOf(7);

        // README-BEGIN
        await using HashDbConnection client = await HashDbClient.OpenAsync(path);
        HashDbCollection photos = await client.GetOrCreateCollectionAsync("photos", dimensions, DistanceMetric.Cosine);
        // new VectorRecord { Id = new VectorId(7), Vector = vector }: on disk when this completes
        await photos.UpsertAsync(records);
        SearchResult result = await photos.SearchAsync(query);     // ten nearest, 95 of 100 true ones found
        foreach (SearchHit hit in result.Hits)
            Console.WriteLine($"{hit.Id}: {hit.Distance}");
        // README-END
        float[] vector = vectorOf(3);

        // README-BEGIN
        var options = new CollectionOptions(dimensions) { Keys = KeyKind.String };
        HashDbCollection articles = await client.GetOrCreateCollectionAsync("articles", options);
        var fields = new RecordFields { ["title"] = "The sea", ["url"] = "https://example.org/sea", ["tags"] = new[] { "water", "blue" } };
        fields["date"] = DateTimeOffset.UtcNow;
        await articles.UpsertAsync(new VectorRecord { Key = "sea", Vector = vector, Fields = fields });
        var filter = Filter.Parse("tags contains \"blue\" && date >= date(\"2020-01-01\")");
        SearchResult found = await articles.SearchAsync(query, new SearchOptions { Filter = filter, Include = RecordParts.Fields });
        foreach (SearchHit hit in found.Hits)
            Console.WriteLine($"{hit.Distance:F2} {hit.Record!.Fields["title"]}");
        // README-END
        SearchHit sea = found.Hits.ShouldHaveSingleItem();
        sea.Key.ShouldBe("sea");
        sea.Record.ShouldNotBeNull().Fields.GetString("url").ShouldBe("https://example.org/sea");
        LabelledVector[] labelled =
        [
            .. Enumerable.Range(0, 500).Select(i => new LabelledVector { Vector = vectorOf(i), Labels = new[] { i % 5 } })
        ];

        // README-BEGIN
        var model =
            LshTrainer.Train(new LshOptions { BitCount = 32, Seed = 1 }, trainingVectors, trainingVectors.Length / dimensions, dimensions);
        HashDbCollection learning = await client.GetOrCreateCollectionAsync("learning", new CollectionOptions(model));
        // new LabelledVector { Vector = vector, Labels = new[] { 3 } }: on disk when this completes
        await learning.Learning.LearnAsync(labelled);
        // what would change, and precision beside the live function
        DraftStatistics? draft = await learning.Learning.GetDraftStatisticsAsync();
        await learning.Learning.PublishAsync();              // or ReindexAsync(model): any kind, any number of bits
        // README-END

        // A second run teaches the same draft further.
        (draft.ShouldNotBeNull().ItemCount % 500).ShouldBe(0);
        return (result, (int)(await photos.GetStatisticsAsync()).Count);
    }

    private static string OwnPath([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "HashDb.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
