using System.Text.Json;
using System.Text.RegularExpressions;
using HashDb.Cli.Tests.Support;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Cli.Tests;

/// <summary>What each command answers, as JSON lines, compared with an answer computed otherwise.</summary>
public sealed class WorkflowTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Train_writes_the_model_that_its_options_say_and_model_describes_it()
    {
        string path = _sample["trained.hdbm"];

        await HashDbProcess.JsonAsync(
            "train",
            "lsh",
            "--features",
            _sample.Features,
            "--bits",
            "20",
            "--tables",
            "2",
            "--seed",
            "9",
            "--rows",
            "100..300",
            "--out",
            path);

        IHashModel expected = LshTrainer.Train(
            new LshOptions { BitCount = 20, TableCount = 2, Seed = 9 }, _sample.Vectors.AsSpan(
                100 * Sample.Dimensions, 200 * Sample.Dimensions), 200, Sample.Dimensions);
        File.ReadAllBytes(path).ShouldBe(HashModelFile.ToBytes(expected));
        JsonElement model = (await HashDbProcess.JsonAsync("model", path)).ShouldHaveSingleItem();
        model.GetProperty("kind").GetString().ShouldBe("lsh");
        model.GetProperty("bits").GetInt32().ShouldBe(20);
        model.GetProperty("tables").GetInt32().ShouldBe(2);
        model.GetProperty("dimensions").GetInt32().ShouldBe(Sample.Dimensions);
        model.GetProperty("trainingRows").GetInt64().ShouldBe(200);
        model.GetProperty("fingerprint").GetString().ShouldBe(HashModelFile.Fingerprint(expected).ToString());
    }

    [Fact]
    public async Task Encode_writes_the_packed_hashcodes_of_the_rows()
    {
        string path = _sample["codes.npy"];

        JsonElement line = (await HashDbProcess.JsonAsync(
            "encode", _sample.ModelPath, "--features", _sample.Features, "--rows", "10..250", "--out", path)).ShouldHaveSingleItem();

        byte[] expected = new byte[240 * 2];
        _sample.Model.Encode(_sample.Vectors.AsSpan(10 * Sample.Dimensions, 240 * Sample.Dimensions), 240, expected);
        FeatureMatrix codes = FeatureFile.ReadAll(path);
        (codes.Count, codes.Dimensions).ShouldBe((240, 2));
        codes.Values.ToArray().ShouldBe(expected.Select(value => (float)value));
        line.GetProperty("rows").GetInt64().ShouldBe(240);
    }

    [Fact]
    public async Task Create_describes_the_collection()
    {
        JsonElement line = (await HashDbProcess.JsonAsync(
            "create", _sample.Database, "items", "--model", _sample.ModelPath, "--metric", "euclidean")).ShouldHaveSingleItem();

        line.GetProperty("collection").GetString().ShouldBe("items");
        line.GetProperty("metric").GetString().ShouldBe("euclidean");
        line.GetProperty("bits").GetInt32().ShouldBe(Sample.BitCount);
        line.GetProperty("modelFingerprint").GetString().ShouldBe(HashModelFile.Fingerprint(_sample.Model).ToString());
    }

    [Fact]
    public async Task Import_prints_the_acknowledged_rows_of_each_batch_and_nothing_else()
    {
        await _sample.CreateAsync();

        CommandResult result =
            await HashDbProcess.RunAsync("import", _sample.Database, "items", "--features", _sample.Features, "--batch", "150", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe("{\"acknowledged\":150}\n{\"acknowledged\":300}\n{\"acknowledged\":400}\n");
        (await _sample.CountAsync()).ShouldBe(Sample.Rows);
    }

    [Fact]
    public async Task Import_whose_client_id_may_be_forgotten_is_refused_and_begins_with_the_floor_of_the_message()
    {
        // It was stopped; before it was begun again, 4,097 other clients wrote.
        await _sample.CreateAsync();
        string[] import = ["import", _sample.Database, "items", "--features", _sample.Features, "--rows", "0..50", "--client-id"];
        await HashDbProcess.JsonAsync([.. import, "11111111-2222-3333-4444-555555555555"]);
        await using (HashDbConnection client = await HashDbClient.OpenAsync(_sample.Database))
        {
            HashDbCollection items = await client.GetCollectionAsync("items");
            await items.DeleteAsync([.. Enumerable.Range(0, 50).Select(id => new VectorId((ulong)id))]);
            long? floor = (await items.RegisterAsync(Guid.NewGuid())).Next.Floor;
            await Task.WhenAll(Enumerable.Range(0, StorageLimits.MaxRememberedClients + 1).Select(
                _ => items.DeleteAsync([new VectorId(1)], new WriteStamp(Guid.NewGuid(), 0, floor))));
        }

        CommandResult refused = await HashDbProcess.RunAsync([.. import, "11111111-2222-3333-4444-555555555555"]);
        CommandResult old = await HashDbProcess.RunAsync([.. import, "11111111-2222-3333-4444-555555555555", "--client-floor", "1"]);
        CommandResult alone = await HashDbProcess.RunAsync([.. import[..^1], "--client-floor", "1"]);

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("--client-floor");
        old.ExitCode.ShouldBe(1);
        alone.ExitCode.ShouldBe(2);
        (await _sample.CountAsync()).ShouldBe(0);

        string named = Regex.Match(refused.Error, "the floor ([0-9]+)").Groups[1].Value;
        for (int time = 0; time < 2; time++)
            await HashDbProcess.JsonAsync([.. import, "66666666-2222-3333-4444-555555555555", "--client-floor", named]);
        (await _sample.CountAsync()).ShouldBe(50);
    }

    [Theory]
    [InlineData(null, null, "50..60", 50UL)]
    [InlineData("7", null, "50..60", 7UL)]
    [InlineData("18446744073709551606", null, "50..60", 18446744073709551606UL)]
    [InlineData(null, "ids", "50..60", 9_950UL)]
    public async Task Import_gives_the_first_row_of_a_range_the_id_that_was_asked_for(
        string? firstId, string? ids, string rows, ulong expected)
    {
        await _sample.CreateAsync();
        string[] more = firstId is not null ? ["--first-id", firstId] : ids is not null ? ["--ids", _sample.Ids] : [];

        await HashDbProcess.JsonAsync(
            ["import", _sample.Database, "items", "--features", _sample.Features, "--labels", _sample.Labels, "--rows", rows, .. more]);

        JsonElement record = (await HashDbProcess.JsonAsync("get", _sample.Database, "items", $"{expected}")).ShouldHaveSingleItem();
        record.GetProperty("id").GetUInt64().ShouldBe(expected);
        record.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()).ShouldBe(_sample.Row(50).ToArray());
        record.GetProperty("labels").EnumerateArray().Select(value => value.GetInt32()).ShouldBe([Sample.LabelOf(50)]);
        (await _sample.CountAsync()).ShouldBe(10);
    }

    [Fact]
    public async Task Search_prints_the_nearest_rows_of_each_query_in_order()
    {
        await _sample.CreateAndImportAsync();

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "search", _sample.Database, "items", "--queries", _sample.Features, "--rows", "20..60", "--top", "5", "--radius",
            $"{Sample.BitCount}");

        lines.Select(line => line.GetProperty("query").GetInt64()).ShouldBe(Enumerable.Range(20, 40).Select(row => (long)row));
        foreach (JsonElement line in lines)
        {
            int query = line.GetProperty("query").GetInt32();
            (int Row, double Distance)[] nearest =
            [
                .. Enumerable.Range(0, Sample.Rows).Select(row => (row, Cosine(query, row))).OrderBy(pair => pair.Item2).Take(5)
            ];
            line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ShouldBe(nearest.Select(pair => pair.Row));
            float[] distances = [.. line.GetProperty("distances").EnumerateArray().Select(distance => distance.GetSingle())];
            for (int i = 0; i < 5; i++)
                ((double)distances[i]).ShouldBe(nearest[i].Distance, 1e-5);
            line.GetProperty("candidates").GetInt32().ShouldBe(Sample.Rows);
            line.GetProperty("completeRadius").GetInt32().ShouldBe(Sample.BitCount);
            line.GetProperty("probes").GetInt64().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Search_with_a_budget_gathers_at_least_that_many_candidates()
    {
        await _sample.CreateAndImportAsync();

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "search", _sample.Database, "items", "--queries", _sample.Features, "--rows", "..30", "--candidates", "50");

        lines.Count.ShouldBe(30);
        lines.ShouldAllBe(line => line.GetProperty("candidates").GetInt32() >= 50 && line.GetProperty("ids").GetArrayLength() == 10);
    }

    [Fact]
    public async Task Probe_prints_everything_within_the_radius_by_distance()
    {
        await _sample.CreateAndImportAsync();

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync(
            "probe", _sample.Database, "items", "--queries", _sample.Features, "--rows", "0..40", "--radius", "3");

        lines.Select(line => line.GetProperty("query").GetInt32()).ShouldBe(Enumerable.Range(0, 40));
        foreach (JsonElement line in lines)
        {
            Hashcode query = _sample.Model.EncodeOne(_sample.Row(line.GetProperty("query").GetInt32()));
            (int Row, int Distance)[] expected =
            [
                .. Enumerable.Range(0, Sample.Rows)
                    .Select(row => (row, _sample.Model.EncodeOne(_sample.Row(row)).HammingDistance(query)))
                    .Where(pair => pair.Item2 <= 3).OrderBy(pair => pair.Item2).ThenBy(pair => pair.row),
            ];
            line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ShouldBe(expected.Select(pair => pair.Row));
            line.GetProperty("distances").EnumerateArray()
                .Select(distance => distance.GetInt32())
                .ShouldBe(expected.Select(pair => pair.Distance));
        }
    }

    [Fact]
    public async Task Get_prints_what_is_there_and_fails_for_what_is_not()
    {
        await _sample.CreateAndImportAsync();

        CommandResult result = await HashDbProcess.RunAsync("get", _sample.Database, "items", "3", "4711", "5", "--json");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("4711");
        result.Lines.Select(line => line.GetProperty("id").GetInt32()).ShouldBe([3, 5]);
    }

    [Fact]
    public async Task Delete_and_compact_take_records_and_their_space_away()
    {
        await _sample.CreateAndImportAsync();

        JsonElement deleted = (await HashDbProcess.JsonAsync(
            ["delete", _sample.Database, "items", "9999", .. Enumerable.Range(0, 200).Select(id => $"{id}")])).ShouldHaveSingleItem();
        JsonElement compacted = (await HashDbProcess.JsonAsync("compact", _sample.Database)).ShouldHaveSingleItem();
        JsonElement statistics = (await HashDbProcess.JsonAsync("stats", _sample.Database)).ShouldHaveSingleItem();

        deleted.GetProperty("requested").GetInt32().ShouldBe(201);
        deleted.GetProperty("deleted").GetInt32().ShouldBe(200);
        compacted.GetProperty("rowsBefore").GetInt64().ShouldBe(400);
        compacted.GetProperty("rowsAfter").GetInt64().ShouldBe(200);
        statistics.GetProperty("count").GetInt64().ShouldBe(200);
        statistics.GetProperty("deadRows").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Buckets_are_the_largest_with_their_hashcodes()
    {
        await _sample.CreateAndImportAsync();
        List<(string Code, long Count)> expected =
        [
            .. Enumerable.Range(0, Sample.Rows).GroupBy(row => _sample.Model.EncodeOne(_sample.Row(row)).ToString())
                .Select(bucket => (bucket.Key, (long)bucket.Count())).OrderByDescending(bucket => bucket.Item2),
        ];

        IReadOnlyList<JsonElement> lines = await HashDbProcess.JsonAsync("buckets", _sample.Database, "items", "--largest", "3");

        lines.Select(line => line.GetProperty("count").GetInt64()).ShouldBe(expected.Take(3).Select(bucket => bucket.Count));
        foreach (JsonElement line in lines)
            expected.ShouldContain((line.GetProperty("hashcode").GetString()!, line.GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task Checkpoint_reaches_the_last_operation()
    {
        await _sample.CreateAndImportAsync();

        JsonElement line = (await HashDbProcess.JsonAsync("checkpoint", _sample.Database, "items")).ShouldHaveSingleItem();

        JsonElement statistics = (await HashDbProcess.JsonAsync("stats", _sample.Database, "items")).ShouldHaveSingleItem();
        line.GetProperty("checkpointSequenceNumber").GetInt64().ShouldBe(statistics.GetProperty("lastSequenceNumber").GetInt64());
    }

    [Fact]
    public async Task Backup_answers_as_the_database_does()
    {
        await _sample.CreateAndImportAsync();
        string copy = _sample["copy"];

        await HashDbProcess.JsonAsync("backup", _sample.Database, copy);

        string[] query = ["items", "--queries", _sample.Features, "--rows", "0..20"];
        CommandResult original = await HashDbProcess.RunAsync(["search", _sample.Database, .. query, "--json"]);
        CommandResult copied = await HashDbProcess.RunAsync(["search", copy, .. query, "--json"]);
        copied.ExitCode.ShouldBe(0, copied.Error);
        copied.Output.ShouldBe(original.Output);
    }

    [Fact]
    public async Task Commands_without_json_write_for_people()
    {
        await _sample.CreateAndImportAsync();
        string[][] commands =
        [
            ["model", _sample.ModelPath],
            ["encode", _sample.ModelPath, "--features", _sample.Features, "--out", _sample["c.npy"]],
            ["stats", _sample.Database],
            ["buckets", _sample.Database, "items"],
            ["get", _sample.Database, "items", "1"],
            ["search", _sample.Database, "items", "--queries", _sample.Features, "--rows", "0..3"],
            ["probe", _sample.Database, "items", "--queries", _sample.Features, "--rows", "0..3", "--radius", "2"],
            ["import", _sample.Database, "items", "--features", _sample.Features, "--first-id", "1000"],
            ["delete", _sample.Database, "items", "1000"],
            ["checkpoint", _sample.Database],
            ["compact", _sample.Database],
            ["verify", _sample.Database],
            ["repair", _sample.Database],
            ["backup", _sample.Database, _sample["copy"]],
        ];
        foreach (string[] command in commands)
        {
            CommandResult result = await HashDbProcess.RunAsync(command);
            result.ExitCode.ShouldBe(0, $"{command[0]}: {result.Error}");
            result.Output.ShouldContain("│", customMessage: command[0]);
        }
    }

    private double Cosine(int a, int b)
    {
        double dot = 0, left = 0, right = 0;
        for (int i = 0; i < Sample.Dimensions; i++)
        {
            (double x, double y) = (_sample.Row(a)[i], _sample.Row(b)[i]);
            dot += x * y;
            left += x * x;
            right += y * y;
        }

        return 1 - dot / Math.Sqrt(left * right);
    }
}
