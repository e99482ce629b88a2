using System.Text.Json;
using HashDb.Cli.Tests.Support;
using HashDb.Models.Files;

namespace HashDb.Cli.Tests;

/// <summary>Changing the hash function of a collection from the command line, and going back.</summary>
public sealed class GenerationTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Reindex_and_rollback_move_the_collection_there_and_back()
    {
        await _sample.CreateAsync();
        await HashDbProcess.JsonAsync("import", _sample.Database, "items", "--features", _sample.Features);
        string wide = _sample["wide.hdbm"];
        await HashDbProcess.JsonAsync(
            "train", "lsh", "--features", _sample.Features, "--bits", "64", "--tables", "2", "--seed", "5", "--out", wide);

        IReadOnlyList<JsonElement> lines =
            await HashDbProcess.JsonAsync("reindex", _sample.Database, "items", "--model", wide, "--keep-previous");
        JsonElement moved = (await HashDbProcess.JsonAsync("stats", _sample.Database, "items")).ShouldHaveSingleItem();
        JsonElement back = (await HashDbProcess.JsonAsync("rollback", _sample.Database, "items"))[^1];
        CommandResult again = await HashDbProcess.RunAsync("rollback", _sample.Database, "items", "--json");

        lines[0].GetProperty("phase").GetString().ShouldBe("rows");
        lines[^1].GetProperty("rows").GetInt64().ShouldBe(Sample.Rows);
        lines[^1].GetProperty("modelFingerprint").GetString().ShouldBe(HashModelFile.Fingerprint(HashModelFile.Load(wide)).ToString());
        (moved.GetProperty("bits").GetInt32(), moved.GetProperty("tables").GetInt32()).ShouldBe((64, 2));
        moved.GetProperty("previous").GetProperty("bits").GetInt32().ShouldBe(Sample.BitCount);
        back.GetProperty("modelFingerprint").GetString().ShouldBe(HashModelFile.Fingerprint(_sample.Model).ToString());
        back.GetProperty("encodedRows").GetInt64().ShouldBe(0);
        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain("items");
        (await _sample.CountAsync()).ShouldBe(Sample.Rows);
    }

    [Fact]
    public async Task Reindex_without_a_model_makes_sketches_and_a_search_explains_itself()
    {
        await _sample.CreateAsync();
        await HashDbProcess.JsonAsync("import", _sample.Database, "items", "--features", _sample.Features);

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync("reindex", _sample.Database, "items", "--sketches");
        CommandResult search = await HashDbProcess.RunAsync(
            "search", _sample.Database, "items", "--queries", _sample.Features, "--rows", "0..2", "--explain");
        CommandResult nothing = await HashDbProcess.RunAsync("reindex", _sample.Database, "items");
        CommandResult both = await HashDbProcess.RunAsync("reindex", _sample.Database, "items", "--sketches", "--no-sketches");

        lines.Any(line => line.TryGetProperty("phase", out JsonElement phase) && phase.GetString() == "sketches").ShouldBeTrue();
        lines[^1].GetProperty("modelFingerprint").GetString().ShouldBe(HashModelFile.Fingerprint(_sample.Model).ToString());
        search.Output.ShouldContain($"Query 1: all {Sample.Rows:N0} vectors compared; exact");
        (nothing.ExitCode, both.ExitCode).ShouldBe((2, 2));
        nothing.Error.ShouldContain("--sketches");
        both.Error.ShouldContain("exclude each other");
    }

    [Fact]
    public async Task Drop_previous_leaves_nothing_to_go_back_to()
    {
        await _sample.CreateAsync();
        await HashDbProcess.JsonAsync("reindex", _sample.Database, "items", "--model", _sample.ModelPath, "--keep-previous");

        await HashDbProcess.JsonAsync("drop-previous", _sample.Database, "items");

        (await HashDbProcess.RunAsync("rollback", _sample.Database, "items")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Drop_deletes_a_collection_only_when_it_is_said_twice()
    {
        await _sample.CreateAsync();
        CommandResult asked = await HashDbProcess.RunAsync("drop", _sample.Database, "items");

        asked.ExitCode.ShouldBe(1);
        asked.Error.ShouldContain("'items'");
        asked.Error.ShouldContain("--yes");
        (await HashDbProcess.RunAsync("stats", _sample.Database, "items")).ExitCode.ShouldBe(0);

        await HashDbProcess.JsonAsync("drop", _sample.Database, "items", "--yes");

        (await HashDbProcess.RunAsync("stats", _sample.Database, "items")).ExitCode.ShouldBe(1);
        (await HashDbProcess.RunAsync("drop", _sample.Database, "items", "--yes")).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("--busy-share", "0")]
    [InlineData("--busy-share", "much")]
    [InlineData("--cores", "0")]
    public async Task Reindex_with_a_value_outside_its_limits_is_wrong_usage(string option, string value)
    {
        CommandResult result =
            await HashDbProcess.RunAsync("reindex", _sample.Database, "items", "--model", _sample.ModelPath, option, value);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(value);
    }
}
