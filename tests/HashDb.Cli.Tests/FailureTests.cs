using System.Diagnostics;
using HashDb.Cli.Tests.Support;
using HashDb.Client;

namespace HashDb.Cli.Tests;

/// <summary>Failures: exit code 1, a message on standard error that names the value, and nothing lost.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task File_or_database_that_is_not_there_is_named()
    {
        await ShouldFailAsync(["model", _sample["nosuch.hdbm"]], "nosuch.hdbm");
        await ShouldFailAsync(["model", _sample.Features], "features.npy");
        await ShouldFailAsync(["train", "lsh", "--features", _sample["nosuch.npy"], "--bits", "16", "--out", _sample["m"]], "nosuch.npy");
        await ShouldFailAsync(["stats", _sample["nosuch"]], "nosuch");
        await ShouldFailAsync(["verify", _sample["nosuch"]], "nosuch");
        Directory.Exists(_sample["nosuch"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Collection_that_is_not_there_is_named_together_with_those_there_are()
    {
        await _sample.CreateAsync();

        await ShouldFailAsync(["stats", _sample.Database, "itmes"], "itmes", "items");
        await ShouldFailAsync(["create", _sample.Database, "items", "--model", _sample.ModelPath, "--metric", "dot"], "items");
    }

    [Fact]
    public async Task Database_that_another_process_has_open_is_named_and_unharmed()
    {
        await _sample.CreateAsync();
        await using (HashDbConnection client = await HashDbClient.OpenAsync(_sample.Database))
        {
            await ShouldFailAsync(["stats", _sample.Database], _sample.Database);
            await ShouldFailAsync(["verify", _sample.Database], _sample.Database);
            await ShouldFailAsync(["import", _sample.Database, "items", "--features", _sample.Features], _sample.Database);
            HashDbCollection collection = await client.GetCollectionAsync("items");
            await collection.InsertAsync(new VectorRecord { Id = new VectorId(1), Vector = _sample.Row(1).ToArray() });
        }

        (await _sample.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Import_of_other_dimensions_names_both()
    {
        await _sample.CreateAsync();
        Sample.Write(_sample["wide.npy"], new float[22], 11);

        await ShouldFailAsync(["import", _sample.Database, "items", "--features", _sample["wide.npy"]], "wide.npy", "11", "10");
        await ShouldFailAsync(["search", _sample.Database, "items", "--queries", _sample["wide.npy"]], "wide.npy", "11", "10");
        await ShouldFailAsync(
            ["encode", _sample.ModelPath, "--features", _sample["wide.npy"], "--out", _sample["c.npy"]], "wide.npy", "11", "10");
        File.Exists(_sample["c.npy"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0f)]
    public async Task Import_that_meets_a_bad_row_names_it_and_keeps_what_came_before(float value)
    {
        await _sample.CreateAsync();
        float[] vectors = [.. _sample.Vectors];
        vectors.AsSpan(333 * Sample.Dimensions, value == 0 ? Sample.Dimensions : 1).Fill(value);
        Sample.Write(_sample["bad.npy"], vectors, Sample.Dimensions);

        await ShouldFailAsync(["import", _sample.Database, "items", "--features", _sample["bad.npy"], "--batch", "100"], "333", "bad.npy");

        long count = await _sample.CountAsync();
        count.ShouldBeLessThanOrEqualTo(300);
        (count % 100).ShouldBe(0);
        if (!float.IsFinite(value))
            await ShouldFailAsync(["train", "lsh", "--features", _sample["bad.npy"], "--bits", "16", "--out", _sample["m"]], "333");
    }

    [Fact]
    public async Task Import_that_meets_a_stored_id_names_rows_and_id_and_keeps_what_came_before()
    {
        await _sample.CreateAsync();
        await HashDbProcess.JsonAsync("import", _sample.Database, "items", "--features", _sample.Features, "--rows", "250..251");

        CommandResult result = await ShouldFailAsync(
            [
                "import", _sample.Database, "items", "--features", _sample.Features, "--batch", "100", "--json"
            ], "rows 200 to 299", "250", "Rows 0 to 199 are stored");

        result.Lines.Select(line => line.GetProperty("acknowledged").GetInt32()).ShouldBe([100, 200]);
        (await HashDbProcess.JsonAsync("get", _sample.Database, "items", "0", "199", "250")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Import_with_labels_of_another_length_names_both_lengths()
    {
        await _sample.CreateAsync();
        Sample.Write(_sample["short.npy"], _sample.Row(0), Sample.Dimensions);

        await ShouldFailAsync(
            ["import", _sample.Database, "items", "--features", _sample["short.npy"], "--labels", _sample.Labels],
            "labels.npy",
            "400",
            "1");
        await ShouldFailAsync(["import", _sample.Database, "items", "--features", _sample.Features, "--rows", "0..500"], "500", "400");
        await ShouldFailAsync(
            ["import", _sample.Database, "items", "--features", _sample.Features, "--first-id", "18446744073709551500"],
            "18446744073709551500");
        (await _sample.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Verify_of_a_damaged_database_fails_and_repair_makes_it_sound()
    {
        await _sample.CreateAndImportAsync();
        await HashDbProcess.JsonAsync("checkpoint", _sample.Database);
        CommandResult sound = await HashDbProcess.RunAsync("verify", _sample.Database, "--json");
        sound.ExitCode.ShouldBe(0, sound.Error);
        sound.Lines[^1].GetProperty("rowsChecked").GetInt64().ShouldBe(Sample.Rows);

        // A value of row 77's vector, wherever it is stored.
        byte[] pattern = System.Runtime.InteropServices.MemoryMarshal.AsBytes(_sample.Row(77)).ToArray();
        string damaged = Directory.EnumerateFiles(_sample.Database, "*", SearchOption.AllDirectories)
            .First(path => Path.GetFileName(path).Contains("vectors", StringComparison.Ordinal)
                && File.ReadAllBytes(path).AsSpan().IndexOf(pattern) >= 0);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[bytes.AsSpan().IndexOf(pattern)] ^= 0x40;
        File.WriteAllBytes(damaged, bytes);

        CommandResult verify = await ShouldFailAsync(["verify", _sample.Database, "--json"], Path.GetFileName(damaged));
        verify.Lines[^1].GetProperty("sound").GetBoolean().ShouldBeFalse();
        verify.Lines[0].GetProperty("id").GetInt32().ShouldBe(77);
        IReadOnlyList<System.Text.Json.JsonElement> repair = await HashDbProcess.JsonAsync("repair", _sample.Database);
        (repair[^1].GetProperty("healed").GetInt32() + repair[^1].GetProperty("quarantined").GetInt32()).ShouldBeGreaterThan(0);
        (await HashDbProcess.JsonAsync("verify", _sample.Database))[^1].GetProperty("sound").GetBoolean().ShouldBeTrue();
        (await HashDbProcess.JsonAsync("get", _sample.Database, "items", "76", "78")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Backup_into_a_folder_in_use_is_refused()
    {
        await _sample.CreateAsync();
        await ShouldFailAsync(["backup", _sample.Database, _sample.Root], _sample.Root);
    }

    [Fact]
    public async Task Import_killed_keeps_every_acknowledged_row()
    {
        await _sample.CreateAsync();
        string many = _sample.WriteManyRows();
        int acknowledged = 0;
        using (Process import = HashDbProcess.Start("import", _sample.Database, "items", "--features", many, "--batch", "4", "--json"))
        {
            while (await import.StandardOutput.ReadLineAsync() is { } line)
            {
                acknowledged = int.Parse(line.Split(':')[1].TrimEnd('}'), System.Globalization.CultureInfo.InvariantCulture);
                if (acknowledged == 80)
                    import.Kill();
            }

            await import.WaitForExitAsync();
            import.ExitCode.ShouldBe(137);
        }

        acknowledged.ShouldBeInRange(80, Sample.ManyRows - 1);
        long count = await _sample.CountAsync();
        count.ShouldBeInRange(acknowledged, Sample.ManyRows - 1);
        int compared = (int)Math.Min(count, 2_000);
        IReadOnlyList<System.Text.Json.JsonElement> records = await HashDbProcess.JsonAsync(
            ["get", _sample.Database, "items", .. Enumerable.Range((int)count - compared, compared).Select(id => $"{id}")]);
        for (int i = 0; i < compared; i++)
        {
            int row = ((int)count - compared + i) % Sample.Rows;
            records[i].GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()).ShouldBe(_sample.Row(row).ToArray());
        }
    }

    [Fact]
    public async Task Import_interrupted_stops_cleanly_and_keeps_what_it_acknowledged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends SIGINT.");
        await _sample.CreateAsync();
        string many = _sample.WriteManyRows();
        int acknowledged = 0;
        using (Process import = HashDbProcess.Start("import", _sample.Database, "items", "--features", many, "--batch", "4", "--json"))
        {
            Task<string> error = import.StandardError.ReadToEndAsync();
            bool interrupted = false;
            while (await import.StandardOutput.ReadLineAsync() is { } line)
            {
                acknowledged = int.Parse(line.Split(':')[1].TrimEnd('}'), System.Globalization.CultureInfo.InvariantCulture);
                if (acknowledged >= 80 && !interrupted)
                {
                    interrupted = true;
                    using Process kill = Process.Start("kill", ["-INT", $"{import.Id}"]);
                    await kill.WaitForExitAsync();
                }
            }

            await import.WaitForExitAsync();
            import.ExitCode.ShouldBe(1, await error);
            (await error).ShouldContain("cancelled");
        }

        acknowledged.ShouldBeLessThan(Sample.ManyRows);
        (await _sample.CountAsync()).ShouldBe(acknowledged);
    }

    private static async Task<CommandResult> ShouldFailAsync(string[] arguments, params string[] named)
    {
        CommandResult result = await HashDbProcess.RunAsync(arguments);
        result.ExitCode.ShouldBe(1, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
        foreach (string name in named)
            result.Error.ShouldContain(name);
        result.Error.ShouldNotContain("should not happen");
        result.Error.ShouldNotContain("   at ");
        return result;
    }
}
