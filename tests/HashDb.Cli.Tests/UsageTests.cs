using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

/// <summary>Wrong usage: exit code 2, the wrong value on standard error, nothing on standard output.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("hashdb", "")]
    [InlineData("nosuch", "nosuch")]
    [InlineData("train", "train --help")]
    [InlineData("train lsh --features f --out m", "--bits")]
    [InlineData("train lsh --features f --out m --bits 7", "'7'")]
    [InlineData("train lsh --features f --out m --bits 513", "'513'")]
    [InlineData("train lsh --features f --out m --bits many", "'many'")]
    [InlineData("train lsh --features f --out m --bits 16 --tables 65", "'65'")]
    [InlineData("train lsh --features f --out m --bits 16 --seed -1", "-1")]
    [InlineData("train lsh --features f --out m --bits 16 --rows 9..3", "9..3")]
    [InlineData("train nosuch --features f --out m --bits 16", "nosuch")]
    [InlineData("train grh --features f --labels l --out m --bits 16 --set nosuch=1", "alpha")]
    [InlineData("train grh --features f --labels l --out m --bits 16 --set alpha=2", "0 to 1")]
    [InlineData("train grh --features f --labels l --out m --bits 16 --set alpha", "'alpha'")]
    [InlineData("train gph --features f --out m --bits 16", "--labels")]
    [InlineData("train gph --features f --labels l --out m --bits 65", "'65'")]
    [InlineData("train gph --features f --labels l --out m --bits 16 --set points=0", "points")]
    [InlineData("train gph --features f --labels l --out m --bits 16 --tables 2", "--tables")]
    [InlineData("train cca-itq --features f --out m --bits 16", "--labels")]
    [InlineData("evaluate", "evaluate --help")]
    [InlineData("evaluate radius --features f --labels l --bits 16", "--models")]
    [InlineData("evaluate radius --features f --labels l --models lsh", "--bits")]
    [InlineData("evaluate radius --features f --bits 16 --models lsh", "--labels")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models lsh,nosuch", "grh-svm")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models lsh,lsh", "'lsh'")]
    [InlineData("evaluate radius --features f --labels l --bits 16,x --models lsh", "'x'")]
    [InlineData("evaluate radius --features f --labels l --bits 16,16 --models lsh", "'16'")]
    [InlineData("evaluate radius --features f --labels l --bits 16,128 --models lsh,gph", "128")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models grh --set grh.nosuch=1", "iterations")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models grh-svm --set grh.alpha=7", "'7'")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models grh --set gph.points=5", "gph.points")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models grh --set alpha=0.5", "alpha=0.5")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models lsh --set lsh.x=1", "no setting 'x'")]
    [InlineData("evaluate radius --features f --labels l --bits 16 --models lsh --queries 0", "'0'")]
    [InlineData("evaluate ranking --features f --labels l", "--model")]
    [InlineData("evaluate ranking --model m --features f --labels l --database d", "--database-labels")]
    [InlineData("evaluate paper --features f", "--labels")]
    [InlineData("evaluate paper --features f --labels l --scale huge", "huge")]
    [InlineData("evaluate paper --features f --labels l --data nosuch", "'nosuch'")]
    [InlineData("evaluate paper --features f --labels l --points 300,many", "'many'")]
    [InlineData("model", "MODEL")]
    [InlineData("encode m --features f", "--out")]
    [InlineData("create db", "NAME")]
    [InlineData("create db c --model m", "--metric")]
    [InlineData("create db c --model m --metric manhattan", "manhattan")]
    [InlineData("import db c", "--features")]
    [InlineData("import db c --features f --batch 0", "'0'")]
    [InlineData("import db c --features f --first-id x", "'x'")]
    [InlineData("import db c --features f --ids i --first-id 3", "--first-id")]
    [InlineData("probe db c --queries q", "--radius")]
    [InlineData("probe db c --queries q --radius -1", "-1")]
    [InlineData("search db c --queries q --top 0", "'0'")]
    [InlineData("search db c --queries q --radius 2 --candidates 10", "--candidates")]
    [InlineData("search db c --queries q --nosuch 1", "--nosuch")]
    [InlineData("get db c", "KEY")]
    [InlineData("delete db c", "--filter")]
    [InlineData("delete db c 1 --filter true", "--filter")]
    [InlineData("buckets db c --largest 0", "'0'")]
    [InlineData("stats hasdb://127.0.0.1:7420", "hashdb://host:port")]
    [InlineData("create http://127.0.0.1:7420 c --model m --metric dot", "hashdb://host:port")]
    [InlineData("stats hashdb:/127.0.0.1:7420", "hashdbs://host:port")]
    [InlineData("stats hashdb:127.0.0.1:7420", "hashdbs://host:port")]
    [InlineData("serve https://127.0.0.1:7420", "hashdb://host:port")]
    [InlineData("backup db hashdb://127.0.0.1:7420", "directory")]
    [InlineData("backup db file://copy", "file://copy")]
    [InlineData("stats", "DB")]
    [InlineData("checkpoint", "DB")]
    [InlineData("compact", "DB")]
    [InlineData("verify", "DB")]
    [InlineData("repair", "DB")]
    [InlineData("backup db", "DIR")]
    public async Task Command_called_wrongly_ends_with_2_and_names_the_mistake(string arguments, string named)
    {
        string[] split = arguments == "hashdb" ? [] : arguments.Split(' ');

        CommandResult result = await HashDbProcess.RunAsync(split);

        result.ExitCode.ShouldBe(2, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain(named);
        result.Error.ShouldContain("--help");
    }

    [Theory]
    [InlineData("")]
    [InlineData("train lsh")]
    [InlineData("train gph")]
    [InlineData("evaluate radius")]
    [InlineData("evaluate ranking")]
    [InlineData("evaluate paper")]
    [InlineData("import")]
    [InlineData("demo")]
    public async Task Help_is_on_standard_output_and_ends_with_0(string command)
    {
        CommandResult result = await HashDbProcess.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("Usage:");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Version_is_printed()
    {
        CommandResult result = await HashDbProcess.RunAsync("--version");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldStartWith("0.");
    }
}
