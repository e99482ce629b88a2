using System.Text.Json;
using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

/// <summary>Learning from labelled rows from the command line, and putting it to use.</summary>
public sealed class LearnTests : IDisposable
{
    private readonly ClusteredSample _sample = new();

    public void Dispose() => _sample.Dispose();

    private string Database => _sample["database"];

    [Fact]
    public async Task Learn_reports_acknowledged_rows_and_the_draft_and_publish_makes_it_serve()
    {
        await CreateAsync();

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "learn", Database, "items", "--features", _sample.Features, "--labels", _sample.Labels, "--rows", "0..500", "--batch", "200");
        IReadOnlyList<JsonElement> stats = await HashDbProcess.JsonAsync("stats", Database, "items");
        JsonElement published = (await HashDbProcess.JsonAsync("publish", Database, "items", "--keep-previous"))[^1];

        lines.Take(3).Select(line => line.GetProperty("learned").GetInt64()).ShouldBe([200L, 400L, 500L]);
        JsonElement draft = lines[^1].GetProperty("draft");
        draft.GetProperty("items").GetInt64().ShouldBe(500);
        draft.GetProperty("classes").GetInt32().ShouldBe(ClusteredSample.Classes);
        draft.GetProperty("drift").GetDouble().ShouldBeInRange(0.01, 1);
        stats.Count.ShouldBe(2);
        stats[1].GetProperty("draft").GetProperty("fingerprint").GetString().ShouldBe(draft.GetProperty("fingerprint").GetString());
        published.GetProperty("modelFingerprint").GetString().ShouldBe(draft.GetProperty("fingerprint").GetString());
        (await HashDbProcess.JsonAsync("rollback", Database, "items"))[^1].GetProperty("modelFingerprint").GetString()
            .ShouldBe(stats[0].GetProperty("modelFingerprint").GetString());
    }

    [Theory]
    [InlineData("end", 2)]
    [InlineData("auto", 2)]
    [InlineData("never", 1)]
    public async Task Learn_publishes_when_it_is_told_to(string publish, int generation)
    {
        await CreateAsync();

        await HashDbProcess.JsonAsync(
            "learn", Database, "items", "--features", _sample.Features, "--labels", _sample.Labels, "--publish", publish);

        (await HashDbProcess.JsonAsync("stats", Database, "items"))[0].GetProperty("generation").GetInt64().ShouldBe(generation);
    }

    [Fact]
    public async Task Discarded_draft_is_gone_and_there_is_nothing_to_publish()
    {
        await CreateAsync();
        await HashDbProcess.JsonAsync("learn", Database, "items", "--features", _sample.Features, "--labels", _sample.Labels);

        JsonElement line = (await HashDbProcess.JsonAsync("discard-draft", Database, "items")).ShouldHaveSingleItem();
        CommandResult publish = await HashDbProcess.RunAsync("publish", Database, "items");

        line.GetProperty("draft").ValueKind.ShouldBe(JsonValueKind.Null);
        publish.ExitCode.ShouldBe(1);
        publish.Error.ShouldContain("items");
    }

    [Fact]
    public async Task Learn_from_labels_of_another_number_of_rows_is_refused()
    {
        await CreateAsync();
        string few = _sample["few.npy"];
        ClusteredSample.Write(few, [1, 2, 3]);

        CommandResult result = await HashDbProcess.RunAsync("learn", Database, "items", "--features", _sample.Features, "--labels", few);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("3");
        result.Error.ShouldContain("600");
    }

    private async Task CreateAsync()
    {
        string model = _sample["model.hdbm"];
        await HashDbProcess.JsonAsync("train", "lsh", "--features", _sample.Features, "--bits", "16", "--seed", "3", "--out", model);
        await HashDbProcess.JsonAsync("create", Database, "items", "--model", model, "--metric", "cosine");
        await HashDbProcess.JsonAsync("import", Database, "items", "--features", _sample.Features, "--labels", _sample.Labels);
    }
}
