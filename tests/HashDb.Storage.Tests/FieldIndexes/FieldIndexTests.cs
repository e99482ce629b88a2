// Whatever is indexed, and however far the indexes are, an answer is what evaluating the filter over every record gives.
using System.Buffers.Binary;
using HashDb.Serialization;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.FieldIndexes;
using HashDb.Storage.Tests.Sketches;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.FieldIndexes;

public sealed class FieldIndexTests : IDisposable
{
    private const int Dimensions = 4;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Keys_of_values_have_the_order_of_the_values()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            FieldValue left = RandomFields.Value(random), right = RandomFields.Value(random);
            byte[] leftKey = FieldKey.Of(left, isItem: false), rightKey = FieldKey.Of(right, isItem: false);
            Math.Sign(leftKey.AsSpan().SequenceCompareTo(rightKey))
                .ShouldBe(Math.Sign(HashDb.Fields.FieldOrder.Instance.Compare(left, right)), $"{left} and {right}");
            leftKey.AsSpan().SequenceEqual(FieldKey.Of(right, isItem: true)).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Filters_give_what_every_record_says_through_writes_indexes_compaction_reindex_and_restart(int seed)
    {
        var random = new Random(seed);
        HashDatabase database = await HashDatabase.OpenAsync(_directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        var stored = new Dictionary<ulong, VectorRecord>();
        await collection.CreateIndexAsync("a");
        // More than one part.
        for (int first = 0; first < 6_000; first += 1_500)
            await UpsertAsync(Enumerable.Range(first, 1_500));
        for (int step = 0; step < 40; step++)
        {
            switch (step == 20 ? 8 : random.Next(11))
            {
                case < 4:
                    await UpsertAsync(Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(7_000)).Distinct());
                    break;
                case < 6:
                    ulong[] ids = [.. Enumerable.Range(0, 50).Select(_ => (ulong)random.Next(7_000)).Distinct()];
                    await collection.DeleteAsync([.. ids.Select(id => new VectorId(id))]);
                    foreach (ulong id in ids)
                        stored.Remove(id);
                    break;
                case 6:
                    await collection.CreateIndexAsync(RandomFields.Names[random.Next(RandomFields.Names.Length)]);
                    break;
                case 7:
                    await collection.DropIndexAsync(RandomFields.Names[random.Next(RandomFields.Names.Length)]);
                    break;
                case 8:
                    await collection.Maintenance.CompactAsync();
                    break;
                case 9:
                    await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 16 + random.Next(8)));
                    break;
                default:
                    IReadOnlyList<string> before = await IndexedFieldsAsync(collection);
                    await database.DisposeAsync();
                    database = await HashDatabase.OpenAsync(_directory.Path);
                    collection = await database.GetCollectionAsync("c");
                    (await IndexedFieldsAsync(collection)).ShouldBe(before);
                    break;
            }
            bool isReady = step % 8 == 7;
            if (isReady)
                await CoveredAsync(collection);
            for (int i = 0; i < 12; i++)
                await CheckAsync(collection, RandomFields.Filter(random), stored, isReady, $"seed {seed}, step {step}");
        }
        await database.DisposeAsync();

        async Task UpsertAsync(IEnumerable<int> numbers)
        {
            VectorRecord[] records = [.. numbers.Select(number => Make(number, random))];
            await collection.UpsertAsync(records);
            foreach (VectorRecord record in records)
                stored[record.Id.Value] = record;
        }
    }

    [Fact]
    public async Task Rows_beyond_a_whole_part_are_indexed_and_nothing_is_read_for_a_filter_that_is_asked_first()
    {
        const int Count = IndexPart.Rows + (2 * IndexPart.SmallRows) + 100;
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.CreateIndexAsync("number");
        await collection.CreateIndexAsync("text");
        for (int first = 0; first < Count; first += 8_192)
        {
            await collection.InsertAsync([.. Enumerable.Range(first, Math.Min(8_192, Count - first)).Select(number => new VectorRecord
            {
                Id = new VectorId((ulong)number),
                Vector = VectorOf(number),
                Fields = new RecordFields { ["number"] = number, ["text"] = $"t{number % 100}", ["other"] = number % 2 },
            })]);
        }
        await CoveredAsync(collection);

        FieldIndexSet set = ((Collection)collection).Core.Live.State.Records.Indexes.Current;
        set.Parts.Select(part => part.RowCount)
            .ShouldBe([IndexPart.Rows, IndexPart.SmallRows, IndexPart.SmallRows, 100]);
        foreach ((string text, int matching) in ((string, int)[])
        [
            ("number < 100", 100), ("number >= 65530 && number < 65540", 10), ("number > 73000 || number == 5", Count - 73_001 + 1),
            ("text == \"t7\" && number < 1000", 10), ("!(number < 65536)", Count - IndexPart.Rows), ("text startsWith \"t9\"", 11 * 737),
        ])
        {
            SearchResult result = await collection.SearchAsync(
                VectorOf(3), new SearchOptions { Top = 20_000, TargetRecall = 1, Filter = Filter.Parse(text) });
            int expected = text.StartsWith("text starts", StringComparison.Ordinal)
                ? Enumerable.Range(0, Count).Count(number => $"t{number % 100}".StartsWith("t9", StringComparison.Ordinal))
                : matching;
            result.Hits.Count.ShouldBe(expected, text);
            result.Statistics.Filtered.ShouldBe(0, text);
        }
        // Half of it has an index: the rows that it leaves are read, and no others.
        SearchResult half = await collection.SearchAsync(
            VectorOf(3), new SearchOptions { Top = 100, TargetRecall = 1, Filter = Filter.Parse("number < 40 && other == 1") });
        half.Hits.Count.ShouldBe(20);
        half.Statistics.Filtered.ShouldBe(40);
        half.Statistics.Indexes.ShouldBe(["number"]);
        half.Statistics.Explain().ShouldContain("index of number");
    }

    // Their number had a limit, their bytes had none: long texts in every record could take any memory.
    [Fact]
    public async Task Indexes_take_no_more_memory_than_they_may_and_rows_beyond_them_are_read()
    {
        const int Count = 12_000;
        await using HashDatabase database =
            await HashDatabase.OpenAsync(_directory.Path, new DatabaseOptions { IndexMemoryBytes = 1 << 20 });
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.CreateIndexAsync("text");
        for (int first = 0; first < Count; first += 2_000)
        {
            await collection.InsertAsync([.. Enumerable.Range(first, 2_000).Select(number => new VectorRecord
            {
                Id = new VectorId((ulong)number),
                Vector = VectorOf(number),
                Fields = new RecordFields { ["text"] = $"{number:D5}" + new string('x', 195), ["number"] = number },
            })]);
        }
        FieldIndexStore indexes = ((Collection)collection).Core.Live.State.Records.Indexes;
        await FullAsync();
        IndexStatistics full = (await collection.ListIndexesAsync()).ShouldHaveSingleItem();
        full.MemoryBytes.ShouldBeLessThanOrEqualTo(1 << 20);
        full.Rows.ShouldBe(IndexPart.SmallRows);
        await CheckAsync("text startsWith \"00\" || text startsWith \"11\"", 2_000);

        // Another field takes of the same memory, and gives it back.
        await collection.CreateIndexAsync("number");
        await FullAsync();
        indexes.Bytes.ShouldBeLessThanOrEqualTo(1 << 20);
        await CheckAsync("number < 100 || number >= 11900", 200);
        await collection.DropIndexAsync("text");
        await CoveredAsync(collection);
        await CheckAsync("number < 100 || number >= 11900", 200);
        await CheckAsync("text startsWith \"00\" || text startsWith \"11\"", 2_000);

        async Task CheckAsync(string filter, int matching) => (await collection.CountAsync(Filter.Parse(filter))).ShouldBe(matching);

        async Task FullAsync()
        {
            for (int i = 0; i < 600; i++)
            {
                if (indexes.Current is { IsFull: true } set && set.Fields.Count == (await collection.ListIndexesAsync()).Count)
                    return;
                await Task.Delay(50);
            }
            throw new TimeoutException("The memory of the indexes was not full within half a minute.");
        }
    }

    // With an index the number of matches was known better, and another plan was made: after an open answers changed when it was ready.
    [Fact]
    public async Task Searches_for_a_recall_answer_alike_with_an_index_without_one_and_while_it_is_made()
    {
        string before;
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Path))
        {
            HashDbCollection collection =
                await database.CreateCollectionAsync("c", ClusteredRows.Dimensions, DistanceMetric.Euclidean);
            for (int first = 0; first < ClusteredRows.Rows; first += 2_000)
            {
                await collection.InsertAsync([.. ClusteredRows.RowsFrom(first, 2_000).Select(record => new VectorRecord
                {
                    Id = record.Id,
                    Vector = record.Vector,
                    Fields = new RecordFields { ["number"] = (long)(record.Id.Value * 7919 % 10_000) },
                })]);
            }
            await ClusteredRows.TrainedAsync(collection, 128);
            before = await FilteredAsync(collection);
            before.ShouldContain("Sketches");
            before.ShouldContain("Exact");
            await collection.CreateIndexAsync("number");
            (await FilteredAsync(collection)).ShouldBe(before);
            await CoveredAsync(collection);
            (await FilteredAsync(collection)).ShouldBe(before);
        }
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Path))
        {
            HashDbCollection collection = await database.GetCollectionAsync("c");
            (await FilteredAsync(collection)).ShouldBe(before);
            await collection.DropIndexAsync("number");
            (await FilteredAsync(collection)).ShouldBe(before);
        }
    }

    private static async Task<string> FilteredAsync(HashDbCollection collection)
    {
        var answers = new List<string>();
        foreach (int limit in (int[])[5_000, 1_000, 300, 50, 5])
        {
            for (int q = 0; q < 20; q++)
            {
                SearchResult result = await collection.SearchAsync(
                    ClusteredRows.QueryAt(q), new SearchOptions { Filter = Filter.Parse($"number < {limit}") });
                result.Hits.Count.ShouldBe(10);
                answers.Add($"{limit} {q} {result.Statistics.Plan} {result.Statistics.Reranked} {string.Join(' ', result.Hits)}");
            }
        }
        return string.Join('\n', answers);
    }

    [Fact]
    public async Task Index_that_was_made_is_there_after_a_kill()
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync([.. Enumerable.Range(0, 50).Select(number => Make(number, new Random(number)))]);
        await collection.CreateIndexAsync("a");
        await collection.CreateIndexAsync("b");
        await collection.DropIndexAsync("a");
        // The files as a kill leaves them.
        Copy(_directory.Of("db"), _directory.Of("killed"));

        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("killed"));
        HashDbCollection opened = await again.GetCollectionAsync("c");
        (await IndexedFieldsAsync(opened)).ShouldBe(["b"]);
        await CoveredAsync(opened);
        (await opened.CreateIndexAsync("b")).ShouldBeFalse();
    }

    [Fact]
    public async Task Collection_of_the_version_without_indexes_is_opened()
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Path))
        {
            HashDbCollection made = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await made.InsertAsync(Make(7, new Random(7)));
        }
        foreach (string name in (string[])[CollectionManifest.FileName, CollectionManifest.CopyFileName])
        {
            string path = Directory.GetFiles(_directory.Path, name, SearchOption.AllDirectories).ShouldHaveSingleItem();
            byte[] bytes = File.ReadAllBytes(path)[..^1];
            int header = CollectionManifest.HeaderLength;
            bytes[header..(header + 3)].ShouldBe([0xDC, 0, CollectionManifest.FieldCount]);
            bytes[header + 2] = CollectionManifest.FieldCountOfVersion3;
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(CollectionManifest.VersionOffset), CollectionManifest.VersionWithoutIndexes);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(CollectionManifest.BodyLengthOffset), bytes.Length - header);
            ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(CollectionManifest.VersionOffset));
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(CollectionManifest.ChecksumOffset), Checksum.Compute(bytes.AsSpan(header), seed));
            File.WriteAllBytes(path, bytes);
        }

        await using HashDatabase opened = await HashDatabase.OpenAsync(_directory.Path);
        HashDbCollection collection = await opened.GetCollectionAsync("c");
        (await collection.CountAsync()).ShouldBe(1);
        (await collection.ListIndexesAsync()).ShouldBeEmpty();
        (await collection.CreateIndexAsync("a")).ShouldBeTrue();
    }

    [Fact]
    public async Task Damaged_record_is_an_error_with_its_name_and_the_others_are_answered_from_the_index()
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Path))
        {
            HashDbCollection made = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await made.CreateIndexAsync("a");
            await made.InsertAsync([.. Enumerable.Range(0, 30).Select(number => new VectorRecord
            {
                Id = new VectorId((ulong)number), Vector = VectorOf(number), Fields = new RecordFields { ["a"] = $"the text {number:D2}" },
            })]);
        }
        string path = Directory.GetFiles(_directory.Path, "blobs-0000", SearchOption.AllDirectories).ShouldHaveSingleItem();
        byte[] bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf("the text 17"u8);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);

        await using HashDatabase opened = await HashDatabase.OpenAsync(_directory.Path);
        HashDbCollection collection = await opened.GetCollectionAsync("c");
        await CoveredAsync(collection);
        (await Should.ThrowAsync<CorruptDataException>(() => collection.CountAsync(Filter.Parse("a == \"the text 17\""))))
            .File.ShouldBe(path);
        (await collection.DeleteAsync(new VectorId(17))).ShouldBeTrue();
        (await collection.CountAsync(Filter.Parse("a startsWith \"the text 1\""))).ShouldBe(9);
    }

    private static async Task CheckAsync(
        HashDbCollection collection, Filter filter, Dictionary<ulong, VectorRecord> stored, bool isReady, string place)
    {
        ulong[] expected = [.. stored.Values.Where(record => Matches(filter, record)).Select(record => record.Id.Value).Order()];
        SearchResult result = await collection.SearchAsync(
            VectorOf(1), new SearchOptions { Top = 10_000, TargetRecall = 1, Filter = filter });
        ulong[] found = [.. result.Hits.Select(hit => hit.Id.Value).Order()];
        found.ShouldBe(expected, $"{place}: {filter}");
        (await collection.CountAsync(filter)).ShouldBe(expected.Length, $"{place}: {filter}");
        ulong[] listed =
            [.. (await collection.ListAsync(new ListOptions { Filter = filter, Limit = 10 })).Select(record => record.Id.Value)];
        listed.ShouldBe(expected[..Math.Min(10, expected.Length)], $"{place}: {filter}");
        SearchResult candidates = await collection.SearchAsync(
            VectorOf(1), new SearchOptions { Top = 10, CandidateLimit = 20_000, Filter = filter });
        candidates.Hits.ShouldBe([.. result.Hits.Take(10)], $"{place}: {filter}");
        if (!isReady)
            return;
        // A field whose index was dropped a moment ago may still be among them.
        IEnumerable<string> indexed = filter.Matcher.Fields.Intersect(await IndexedFieldsAsync(collection));
        indexed.Except(result.Statistics.Indexes.ShouldNotBeNull()).ShouldBeEmpty($"{place}: {filter}");
    }

    private static async Task CoveredAsync(HashDbCollection collection)
    {
        for (int i = 0; i < 600; i++)
        {
            CollectionStatistics statistics = await collection.GetStatisticsAsync();
            if ((await collection.ListIndexesAsync()).All(index => index.Rows == statistics.Count + statistics.DeadRows))
                return;
            await Task.Delay(50);
        }
        throw new TimeoutException("The indexes did not cover all rows within half a minute.");
    }

    private static async Task<IReadOnlyList<string>> IndexedFieldsAsync(HashDbCollection collection) =>
        [.. (await collection.ListIndexesAsync()).Select(index => index.Field)];

    private static bool Matches(Filter filter, VectorRecord record) => filter.Matcher.Matches(
        record.Payload.Span, record.Labels.Span, HashDb.Fields.RawField.Of(record.Id.Value));

    private static VectorRecord Make(int number, Random random) => new()
    {
        Id = new VectorId((ulong)number),
        Vector = VectorOf(number),
        Fields = RandomFields.Fields(random),
    };

    private static float[] VectorOf(int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle() - .5f)];
    }

    private static void Copy(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == "LOCK")
                continue;
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using FileStream copy = File.Create(Path.Combine(to, Path.GetRelativePath(from, file)));
            source.CopyTo(copy);
        }
    }
}
