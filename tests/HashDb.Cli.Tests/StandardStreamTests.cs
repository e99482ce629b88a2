using System.Diagnostics;
using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

// A full or closed standard output or standard error ended the process with an abort (134), and a search whose reader had gone computed
// all the answers that nobody took.
public sealed class StandardStreamTests : IDisposable
{
    private readonly Sample _sample = new();

    public StandardStreamTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData("--help", 0, 1)]
    [InlineData("--version", 0, 1)]
    [InlineData("train grh --help", 0, 1)]
    [InlineData("nosuchcommand", 2, 2)]
    [InlineData("model nosuch.hdbm", 1, 1)]
    [InlineData("token", 0, 1)]
    [InlineData("token --json", 0, 1)]
    public async Task Stream_that_is_full_or_closed_ends_no_command_with_an_abort(string arguments, int expected, int withoutOutput)
    {
        (await ExitCodeAsync($"\"$HASHDB\" {arguments} 2>/dev/full >/dev/null")).ShouldBe(expected, "standard error full");
        (await ExitCodeAsync($"\"$HASHDB\" {arguments} 2>&- >/dev/null")).ShouldBe(expected, "standard error closed");
        (await ExitCodeAsync($"\"$HASHDB\" {arguments} >/dev/full")).ShouldBe(withoutOutput, "standard output full");
        (await ExitCodeAsync($"\"$HASHDB\" {arguments} >&-")).ShouldBe(withoutOutput, "standard output closed");
        (await ExitCodeAsync($"\"$HASHDB\" {arguments} >&- 2>&- <&-")).ShouldBe(withoutOutput, "all closed");
    }

    [Fact]
    public async Task Command_whose_standard_error_is_closed_does_its_work_and_writes_no_message_into_a_file()
    {
        await _sample.CreateAndImportAsync();

        CommandResult result = await HashDbProcess.ShellAsync(
            "\"$HASHDB\" search \"$1\" items --queries \"$2\" --verbose --json 2>&-", _sample.Database, _sample.Features);
        CommandResult verify = await HashDbProcess.ShellAsync("\"$HASHDB\" verify \"$1\" --verbose 2>&-", _sample.Database);

        result.ExitCode.ShouldBe(0);
        result.Lines.Count.ShouldBe(Sample.Rows);
        verify.ExitCode.ShouldBe(0, verify.Output);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("")]
    public async Task Search_whose_reader_has_gone_stops_without_a_word(string option)
    {
        await _sample.CreateAndImportAsync();

        CommandResult result = await HashDbProcess.ShellAsync(
            $"\"$HASHDB\" search \"$1\" items --queries \"$2\" --radius 12 {option} | true; echo ${{PIPESTATUS[0]}}",
            _sample.Database,
            _sample.WriteManyRows());

        result.Output.ShouldBe("141\n");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_whose_reader_has_gone_stops_between_batches_and_keeps_what_it_stored()
    {
        await _sample.CreateAsync();

        CommandResult result = await HashDbProcess.ShellAsync(
            "\"$HASHDB\" import \"$1\" items --features \"$2\" --batch 4 --json | head -2; echo ${PIPESTATUS[0]}",
            _sample.Database,
            _sample.WriteManyRows());

        result.Output.ShouldEndWith("\n141\n");
        result.Error.ShouldNotContain("refused");
        long count = await _sample.CountAsync();
        count.ShouldBeInRange(8, Sample.ManyRows - 1);
        (count % 4).ShouldBe(0);
        (await HashDbProcess.JsonAsync("verify", _sample.Database))[^1].GetProperty("sound").GetBoolean().ShouldBeTrue();
    }

    // A server that was asked to stop while it opened its database ended with a stack trace.
    [Fact]
    public async Task Server_that_is_asked_to_stop_while_it_opens_ends_cleanly()
    {
        await _sample.CreateAndImportAsync();
        await HashDbProcess.JsonAsync("create", _sample.Database, "large", "--model", _sample.ModelPath, "--metric", "cosine");
        using (Process import = HashDbProcess.Start(
            "import", _sample.Database, "large", "--features", _sample.WriteManyRows(), "--batch", "64", "--json"))
        {
            // Killed, so that the log has to be replayed.
            while (await import.StandardOutput.ReadLineAsync() is { } line && !line.Contains("79936", StringComparison.Ordinal))
            {
            }

            import.Kill();
            await import.WaitForExitAsync();
        }

        using Process server = HashDbProcess.Start(
            "serve", _sample.Database, "--listen", "127.0.0.1:0", "--http", "off", "--json", "--verbose");
        string error = "";
        while (!error.Contains("Collection items opened", StringComparison.Ordinal))
            error += (await server.StandardError.ReadLineAsync()).ShouldNotBeNull(error) + "\n";
        using (Process kill = Process.Start("kill", ["-TERM", $"{server.Id}"]))
            await kill.WaitForExitAsync();
        error += await server.StandardError.ReadToEndAsync();
        await server.WaitForExitAsync();

        server.ExitCode.ShouldBe(0, error);
        error.ShouldNotContain("should not happen");
        (await HashDbProcess.JsonAsync("verify", _sample.Database))[^1].GetProperty("sound").GetBoolean().ShouldBeTrue();
    }

    private static async Task<int> ExitCodeAsync(string line) => (await HashDbProcess.ShellAsync(line)).ExitCode;
}
