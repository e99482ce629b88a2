using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Extensions.VectorData;
using HashDb.Packages.Tests.Support;
using HashDb.Samples.Tests.Support;
using HashDb.Server;
using Microsoft.Extensions.VectorData;
using VectorData;

namespace HashDb.Samples.Tests;

/// <summary>The program of samples/VectorData runs on any store of the contract: what differs is the line that names the store.</summary>
public sealed class VectorDataTests : IDisposable
{
    private const int Dimensions = 384;

    private readonly TemporaryDirectory _directory = new();
    private readonly WordGenerator _generator = new(Dimensions);

    private HashDbVectorStoreOptions Options => new() { EmbeddingGenerator = _generator };

    public void Dispose()
    {
        _generator.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Program_prints_the_same_on_a_list_in_memory_and_on_HashDb_embedded_and_on_a_server()
    {
        using VectorStore list = new ListVectorStore(_generator);
        string expected = await OutputAsync(list);
        expected.Split('\n', StringSplitOptions.TrimEntries).ShouldContain("2022 Sourdough");
        expected.Split('\n', StringSplitOptions.TrimEntries).ShouldContain("coffee is gone");

        await using (HashDbConnection database = await HashDbClient.OpenAsync(_directory["embedded"]))
        {
            using VectorStore embedded = new HashDbVectorStore(database, Options);
            (await OutputAsync(embedded)).ShouldBe(expected);
        }

        await using HashDbServer server = await HashDbServer.StartAsync(new HashDbServerOptions
        {
            DataDirectory = _directory["served"],
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off,
        });
        await using HashDbConnection connection = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}");
        using VectorStore served = new HashDbVectorStore(connection, Options);
        (await OutputAsync(served)).ShouldBe(expected);
    }

    /// <summary>Twice: the second run finds what the first has stored, and says the same.</summary>
    [Fact]
    public async Task Sample_finds_by_meaning()
    {
        CommandResult first = await RunAsync();
        CommandResult second = await RunAsync();

        string[] lines = first.Succeeded().Lines;
        lines[0].ShouldBe("music of sea animals:");
        lines[1].ShouldEndWith("Songs of whales");
        lines.SkipWhile(line => !line.StartsWith("the same", StringComparison.Ordinal)).Skip(1).First().ShouldEndWith("Silent hunters");
        lines[^1].ShouldBe("coffee is gone");
        second.Succeeded().Output.ShouldBe(first.Output);

        Task<CommandResult> RunAsync() => Dotnet.RunAsync(
            Dotnet.Command, _directory.Path, new Dictionary<string, string>(), Support.Samples.PathOf("VectorData"), _directory["sample"]);
    }

    private static async Task<string> OutputAsync(VectorStore store)
    {
        using var output = new StringWriter();
        await Shelf.RunAsync(store, output);
        return output.ToString();
    }
}
