using System.Diagnostics;
using System.Text.Json.Nodes;
using HashDb.Cli.Tests.Support;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server;
using HashDb.Server.Tests.Contract;

namespace HashDb.Cli.Tests;

/// <summary>Commands with the address of a server in place of a directory.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    private readonly Sample _sample = new();
    private readonly string _token = AccessToken.Create();
    private TestCertificate? _certificate;
    private Process? _server;

    private string Address { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        _certificate = TestCertificate.Make(_sample["tls"]);
        await File.WriteAllTextAsync(_sample["tokens"], AccessToken.ToLine(_token, AccessScope.Admin));
        _server = HashDbProcess.Start(
            "serve", _sample["served"], "--listen", "127.0.0.1:0", "--http", "off", "--tokens", _sample["tokens"],
            "--tls-cert", _certificate.CertificatePath, "--tls-key", _certificate.KeyPath, "--json");
        string started = (await _server.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        Address = $"hashdbs://{JsonNode.Parse(started)!["listening"]}";
    }

    public ValueTask DisposeAsync()
    {
        _server!.Kill();
        _server.WaitForExit();
        _server.Dispose();
        _sample.Dispose();
        return default;
    }

    [Fact]
    public async Task Commands_answer_on_a_server_what_they_answer_on_a_directory()
    {
        await ShouldBeAlikeAsync("create", "DB", "items", "--model", _sample.ModelPath, "--metric", "euclidean");
        await ShouldBeAlikeAsync("import", "DB", "items", "--features", _sample.Features, "--labels", _sample.Labels, "--batch", "50");
        await ShouldBeAlikeAsync("probe", "DB", "items", "--queries", _sample.Features, "--rows", "0..20", "--radius", "2");
        await ShouldBeAlikeAsync("search", "DB", "items", "--queries", _sample.Features, "--rows", "0..20", "--top", "5");
        await ShouldBeAlikeAsync("get", "DB", "items", "3", "399");
        await ShouldBeAlikeAsync("buckets", "DB", "items", "--largest", "5");
        await ShouldBeAlikeAsync("delete", "DB", "items", "3", "4", "1000000");
        await ShouldBeAlikeAsync("checkpoint", "DB");
        await ShouldBeAlikeAsync("compact", "DB");
        await ShouldBeAlikeAsync("stats", "DB");
        await HashDbProcess.JsonAsync("backup", Address, _sample["copy"], "--ca", _certificate!.CertificatePath, "--token", _token);
        (await HashDbProcess.JsonAsync("stats", _sample["copy"])).ShouldHaveSingleItem().GetProperty("count").GetInt64().ShouldBe(398);
    }

    [Fact]
    public async Task Token_that_is_missing_or_wrong_fails_and_is_not_repeated()
    {
        CommandResult missing = await HashDbProcess.RunAsync("stats", Address, "--ca", _certificate!.CertificatePath);
        CommandResult wrong =
            await HashDbProcess.RunAsync("stats", Address, "--ca", _certificate.CertificatePath, "--token", "hashdb_wrong", "--verbose");

        missing.ExitCode.ShouldBe(1);
        missing.Error.ShouldContain("token");
        wrong.ExitCode.ShouldBe(1);
        wrong.Error.ShouldNotContain("hashdb_wrong");
    }

    [Fact]
    public async Task Options_of_servers_that_do_not_fit_are_named()
    {
        CommandResult untrusted = await HashDbProcess.RunAsync("stats", Address, "--token", _token);
        CommandResult noCertificate = await HashDbProcess.RunAsync("stats", Address, "--ca", _sample.Features);
        CommandResult directory = await HashDbProcess.RunAsync("stats", _sample.Database, "--token", _token);
        CommandResult plain = await HashDbProcess.RunAsync("stats", "hashdb://127.0.0.1:1", "--ca", _certificate!.CertificatePath);
        CommandResult nobody = await HashDbProcess.RunAsync("stats", "hashdb://127.0.0.1:1");

        untrusted.ExitCode.ShouldBe(1);
        noCertificate.Error.ShouldContain(_sample.Features);
        directory.Error.ShouldContain("--token");
        plain.Error.ShouldContain("--ca");
        nobody.ExitCode.ShouldBe(1);
        nobody.Error.ShouldContain("hashdb://127.0.0.1:1");
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("repair")]
    [InlineData("serve")]
    public async Task Command_that_needs_the_directory_says_so(string command)
    {
        CommandResult result = await HashDbProcess.RunAsync(command, Address);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(Address);
        result.Error.ShouldContain("directory");
    }

    private async Task ShouldBeAlikeAsync(params string[] arguments)
    {
        CommandResult local = await HashDbProcess.RunAsync([.. arguments.Select(one => one == "DB" ? _sample.Database : one), "--json"]);
        CommandResult remote = await HashDbProcess.RunAsync(
            new Dictionary<string, string> { ["HASHDB_TOKEN"] = _token },
            [.. arguments.Select(one => one == "DB" ? Address : one), "--json", "--ca", _certificate!.CertificatePath]);
        remote.ExitCode.ShouldBe(local.ExitCode, remote.Error);
        local.Output.ShouldNotBeEmpty();
        Comparable(remote).ShouldBe(Comparable(local));
    }

    /// <summary>The lines without times, and without sizes that depend on when a checkpoint was taken.</summary>
    private static string[] Comparable(CommandResult result) =>
    [
        .. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            JsonObject json = JsonNode.Parse(line)!.AsObject();
            foreach (string name in json.Select(member => member.Key).ToArray())
            {
                if (name.Contains("econds", StringComparison.Ordinal) || name.Contains("ytes", StringComparison.Ordinal)
                    || name.Contains("elapsed", StringComparison.OrdinalIgnoreCase)
                        || name.Contains("equenceNumber", StringComparison.Ordinal)
                        // Which way finds the buckets depends on what it costs in each process; what is found does not.
                        || name == "probes")
                {
                    json.Remove(name);
                }
            }
            return json.ToJsonString();
        }),
    ];
}
