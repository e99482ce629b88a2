using System.Diagnostics;
using System.Text.Json;
using HashDb.Client;
using HashDb.Models.Files;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests.Samples;

/// <summary>The clients in other languages, against a server: what they see is what a client of ours sees.</summary>
public sealed class SampleClientTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Root = FindRoot();
    private static readonly string NodeModules = Path.Combine(Root, "tests", ".peers", "node_modules");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Python_client_sees_what_ours_sees()
    {
        Assert.SkipUnless(
            File.Exists(Python) && (await RunAsync(Python, "-c", "import msgpack")).ExitCode == 0,
            "python3-msgpack is not installed; scripts/install-test-peers.sh installs it");

        await RunSampleAsync("python", Python, Path.Combine(Root, "samples", "python", "hashdb.py"));
    }

    [Fact]
    public async Task Node_client_sees_what_ours_sees()
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(NodeModules, "@msgpack", "msgpack", "package.json")),
            "@msgpack/msgpack is not installed; scripts/install-test-peers.sh installs it");
        Assert.SkipUnless((await RunAsync("node", "--version")).ExitCode == 0, "node is not installed");

        await RunSampleAsync("node", "node", Path.Combine(Root, "samples", "node", "hashdb.js"));
    }

    private static async Task RunSampleAsync(string collection, string program, string script)
    {
        await using TestServer server = await TestServer.StartAsync();
        string model = Path.Combine(server.DataDirectory, "sample.hdbm");
        HashModelFile.Save(HashModelFile.FromBytes(TestServer.CreateRequest().ModelFile, "model"), model);

        (int exitCode, string output, string errors) = await RunAsync(
            program, script, "127.0.0.1", $"{server.EndPoint.Port}", model, $"{TestServer.Dimensions}");

        exitCode.ShouldBe(0, errors);
        JsonElement seen = JsonDocument.Parse(output).RootElement;
        await using HashDbConnection client = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", null, Cancellation);
        HashDbCollection items = await client.GetCollectionAsync(collection, Cancellation);
        float[] query = Vector(4);
        SearchResult search = await items.SearchAsync(query, new SearchOptions { Top = 3 }, Cancellation);
        ProbeResult probe = await items.ProbeAsync(query, new ProbeOptions { Radius = 0 }, Cancellation);

        seen.GetProperty("version").GetInt32().ShouldBe(ProtocolLimits.HighestVersion);
        seen.GetProperty("dimensions").GetInt32().ShouldBe(TestServer.Dimensions);
        seen.GetProperty("count").GetInt64().ShouldBe(20);
        (await items.GetStatisticsAsync(Cancellation)).Count.ShouldBe(20);
        JsonElement got = seen.GetProperty("got");
        got[0].EnumerateArray().Select(value => value.GetSingle()).ShouldBe(Vector(3));
        got[1].ValueKind.ShouldBe(JsonValueKind.Null);
        got[2].EnumerateArray().Select(value => value.GetSingle()).ShouldBe(Vector(19));
        seen.GetProperty("search").EnumerateArray()
            .Select(hit => new SearchHit(new VectorId(hit[0].GetUInt64()), hit[1].GetSingle()))
            .ShouldBe(search.Hits);
        search.Hits[0].ShouldBe(new SearchHit(new VectorId(104), 0));
        seen.GetProperty("probe").EnumerateArray()
            .Select(hit => new ProbeHit(new VectorId(hit[0].GetUInt64()), hit[1].GetInt32()))
            .ShouldBe(probe.Hits);
        probe.Hits.ShouldContain(new ProbeHit(new VectorId(104), 0));

        JsonElement duplicate = seen.GetProperty("duplicate");
        HashDbException refusal =
            await Should.ThrowAsync<HashDbException>(
                () => items.InsertAsync(new VectorRecord { Id = new VectorId(105), Vector = query }, Cancellation));
        duplicate.GetProperty("code").GetInt32().ShouldBe((int)HashDbErrorCode.DuplicateId);
        duplicate.GetProperty("message").GetString().ShouldBe(refusal.Message);
        duplicate.GetProperty("isTransient").GetBoolean().ShouldBeFalse();

        JsonElement oversized = seen.GetProperty("oversized");
        oversized.GetProperty("requestId").GetInt32().ShouldBe(0);
        oversized.GetProperty("isError").GetBoolean().ShouldBeTrue();
        oversized.GetProperty("code").GetInt32().ShouldBe((int)HashDbErrorCode.ProtocolError);
        oversized.GetProperty("closed").GetBoolean().ShouldBeTrue();
    }

    /// <summary>The vectors that both samples make.</summary>
    private static float[] Vector(int number) =>
        [.. Enumerable.Range(0, TestServer.Dimensions).Select(j => (float)((number * 7 + j * 3) % 11 - 5))];

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_PATH"] = NodeModules;
        Process? started;
        try
        {
            started = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, "", missing.Message);
        }
        using Process process = started!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(RawClient.Timeout, Cancellation);
        return (process.ExitCode, await output, await errors);
    }

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
