// Fields, filters and listings: whatever the way, an answer is what filtering all records by hand gives.
using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    private static readonly string[] Colours = ["blue", "red", "green"];

    private static readonly Filter[] SomeFilters =
    [
        Filter.Parse("number < 60"),
        Filter.Parse("colour == \"red\" && number >= 100"),
        Filter.Parse("tags contains 4 || $labels contains 3"),
        Filter.Parse("number == 17"),
        Filter.Parse("!exists(colour)"),
        Filter.Parse("$key in (5, 6, 7, 99999)"),
        Filter.All,
        Filter.Nothing,
    ];

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(16, null, null)]
    [InlineData(null, 2_000, null)]
    [InlineData(null, 10, null)]
    [InlineData(null, null, 1.0)]
    public async Task Search_with_a_filter_gives_as_many_as_match_and_they_match(int? radius, int? limit, double? target)
    {
        VectorRecord[] records = WithFields(0, 400);
        HashDbCollection collection = await CreateAsync("items", records);
        await collection.DeleteAsync([new VectorId(17), new VectorId(3)], cancellationToken: Cancellation);
        records = [.. records.Where(record => record.Id.Value is not (17 or 3))];
        bool isComplete = limit is null or 2_000;

        foreach (Filter filter in SomeFilters)
        {
            VectorRecord[] matching = [.. records.Where(record => Matches(filter, record))];
            var options = new SearchOptions { Top = 7, Radius = radius, CandidateLimit = limit, TargetRecall = target, Filter = filter };
            SearchResult result = await collection.SearchAsync(Data.Vector(4_242), options, Cancellation);

            result.Hits.Count.ShouldBe(Math.Min(7, matching.Length), $"{filter}");
            result.Hits.ShouldAllBe(hit => matching.Any(record => record.Id == hit.Id), $"{filter}");
            if (isComplete)
                Oracle.ShouldBeNearest(result.Hits, matching, Data.Vector(4_242), DistanceMetric.Cosine, 7);
        }
    }

    [Fact]
    public async Task Collection_without_a_model_is_filtered_while_it_is_searched()
    {
        VectorRecord[] records = WithFields(0, 300);
        HashDbCollection collection = await Client.CreateCollectionAsync("items", Data.Dimensions, cancellationToken: Cancellation);
        await collection.InsertAsync(records, cancellationToken: Cancellation);
        foreach (Filter filter in SomeFilters)
        {
            SearchResult result =
                await collection.SearchAsync(Data.Vector(99), new SearchOptions { Top = 20, Filter = filter }, Cancellation);
            Oracle.ShouldBeNearest(
                result.Hits, [.. records.Where(record => Matches(filter, record))], Data.Vector(99), DistanceMetric.Cosine, 20);
        }
    }

    [Fact]
    public async Task Probe_with_a_filter_gives_the_matching_of_all_that_it_gives_without()
    {
        VectorRecord[] records = WithFields(0, 400);
        HashDbCollection collection = await CreateAsync("items", records, tableCount: 2);
        foreach (Filter filter in SomeFilters)
        {
            ProbeResult all = await collection.ProbeAsync(Data.Vector(5), new ProbeOptions { Radius = 6 }, Cancellation);
            ProbeResult some = await collection.ProbeAsync(Data.Vector(5), new ProbeOptions { Radius = 6, Filter = filter }, Cancellation);
            some.Hits.ShouldBe([.. all.Hits.Where(hit => Matches(filter, records[(int)hit.Id.Value]))]);
        }
    }

    [Fact]
    public async Task Results_have_the_parts_of_the_records_that_were_asked_for_in_one_call()
    {
        VectorRecord[] records = WithFields(0, 200);
        HashDbCollection collection = await CreateAsync("items", records);
        RecordParts[] choices = [RecordParts.None, RecordParts.Fields, RecordParts.Labels, RecordParts.Vector, RecordParts.All];
        foreach (RecordParts parts in choices)
        {
            SearchResult one = await collection.SearchAsync(
                Data.Vector(1), new SearchOptions { Top = 30, CandidateLimit = 1_000, Include = parts }, Cancellation);
            SearchResult batch = (await collection.SearchBatchAsync(
                (float[])[.. Data.Vector(2), .. Data.Vector(1)],
                new SearchOptions { Top = 30, CandidateLimit = 1_000, Include = parts },
                Cancellation))[1];
            foreach (SearchHit hit in one.Hits.Concat(batch.Hits))
            {
                VectorRecord stored = records[(int)hit.Id.Value];
                if (parts == RecordParts.None)
                {
                    hit.Record.ShouldBeNull();
                    continue;
                }
                hit.Record.ShouldNotBeNull();
                hit.Record.Id.ShouldBe(hit.Id);
                hit.Record.Vector.ToArray().ShouldBe((parts & RecordParts.Vector) == 0 ? [] : stored.Vector.ToArray());
                hit.Record.Labels.ToArray().ShouldBe((parts & RecordParts.Labels) == 0 ? [] : stored.Labels.ToArray());
                hit.Record.Payload.ToArray().ShouldBe((parts & RecordParts.Fields) == 0 ? [] : stored.Payload.ToArray());
            }
            batch.Hits.Select(hit => hit.Id).ShouldBe(one.Hits.Select(hit => hit.Id));
        }

        SearchResult some = await collection.SearchAsync(
            Data.Vector(1), new SearchOptions { Include = RecordParts.Fields, IncludeFields = ["colour", "absent"] }, Cancellation);
        some.Hits[0].Record!.Fields.Keys.ShouldBe(records[(int)some.Hits[0].Id.Value].Fields.ContainsKey("colour") ? ["colour"] : []);
    }

    [Fact]
    public async Task Pages_follow_one_another_and_a_distance_cuts_the_answer()
    {
        HashDbCollection collection = await CreateAsync("items", WithFields(0, 200));
        var all = new SearchOptions { Top = 40, CandidateLimit = 1_000 };
        IReadOnlyList<SearchHit> hits = (await collection.SearchAsync(Data.Vector(1), all, Cancellation)).Hits;

        SearchResult page = await collection.SearchAsync(Data.Vector(1), all with { Top = 10, Skip = 25 }, Cancellation);
        page.Hits.ShouldBe(hits.Skip(25).Take(10));
        SearchResult near = await collection.SearchAsync(Data.Vector(1), all with { MaxDistance = hits[12].Distance }, Cancellation);
        near.Hits.ShouldBe(hits.TakeWhile(hit => hit.Distance <= hits[12].Distance));
        (await collection.SearchAsync(Data.Vector(1), all with { Skip = 500 }, Cancellation)).Hits.ShouldBeEmpty();
        (await collection.SearchAsync(Data.Vector(1), all with { MaxDistance = -1 }, Cancellation)).Hits.ShouldBeEmpty();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => collection.SearchAsync(Data.Vector(1), all with { Skip = StorageLimits.MaxTop }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => collection.SearchAsync(Data.Vector(1), all with { MaxDistance = float.NaN }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => collection.SearchAsync(Data.Vector(1), all with { Top = 2_000, Include = RecordParts.Fields }, Cancellation));
    }

    [Fact]
    public async Task Listing_walks_over_every_record_once_in_order_of_ids_while_others_write()
    {
        VectorRecord[] records = WithFields(0, 300);
        HashDbCollection collection = await CreateAsync("items", [.. records.OrderBy(record => record.Id.Value * 7919 % 300)]);
        Filter filter = Filter.Parse("number >= 20");
        var seen = new List<VectorRecord>();
        VectorId? after = null;
        for (int page = 0; ; page++)
        {
            IReadOnlyList<VectorRecord> next = await collection.ListAsync(
                new ListOptions { Filter = filter, After = after, Limit = 37, Include = RecordParts.All }, Cancellation);
            seen.AddRange(next);
            if (next.Count < 37)
                break;
            after = next[^1].Id;
            await collection.UpsertAsync(WithFields(1_000 + page, 1), cancellationToken: Cancellation);
            await collection.DeleteAsync(new VectorId((ulong)page), Cancellation);
        }

        seen.Select(record => record.Id.Value).ShouldBeInOrder(SortDirection.Ascending);
        foreach (VectorRecord record in records.Where(record => record.Id.Value >= 20))
            Data.ShouldBeSame(seen.Single(other => other.Id == record.Id), record);
        (await collection.CountAsync(filter, Cancellation)).ShouldBe(seen.Count(record => record.Id.Value < 1_000)
            + (await collection.CountAsync(Filter.Parse("number >= 1000"), Cancellation)));
    }

    [Fact]
    public async Task Listing_is_ordered_by_a_field_with_those_without_it_last()
    {
        VectorRecord[] records = WithFields(0, 120);
        HashDbCollection collection = await CreateAsync("items", records);
        foreach (bool isDescending in (bool[])[false, true])
        {
            IReadOnlyList<VectorRecord> listed = await collection.ListAsync(
                new ListOptions { OrderBy = "colour", IsDescending = isDescending, Skip = 3, Limit = 1_000, Include = RecordParts.None },
                Cancellation);
            IEnumerable<VectorRecord> having = records.Where(record => record.Fields.ContainsKey("colour"));
            IEnumerable<VectorRecord> sorted = isDescending
                ? having.OrderByDescending(Colour, StringComparer.Ordinal).ThenByDescending(record => record.Id)
                : having.OrderBy(Colour, StringComparer.Ordinal).ThenBy(record => record.Id);
            IEnumerable<VectorRecord> lacking = records.Where(record => !record.Fields.ContainsKey("colour"));
            lacking = isDescending ? lacking.OrderByDescending(record => record.Id) : lacking.OrderBy(record => record.Id);
            listed.Select(record => record.Id).ShouldBe(sorted.Concat(lacking).Skip(3).Select(record => record.Id));
        }
        await Should.ThrowAsync<ArgumentException>(
            () => collection.ListAsync(new ListOptions { OrderBy = "number", After = new VectorId(1) }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => collection.ListAsync(new ListOptions { Limit = 0 }, Cancellation));

        static string Colour(VectorRecord record) => record.Fields["colour"].AsString();
    }

    [Fact]
    public async Task Deletion_by_filter_deletes_the_matching_and_says_how_many()
    {
        VectorRecord[] records = WithFields(0, 2_000);
        HashDbCollection collection = await CreateAsync("items", records);
        Filter filter = Filter.Parse("colour == \"red\" || number >= 1500");

        long deleted = await collection.DeleteAsync(filter, Cancellation);

        deleted.ShouldBe(records.Count(record => Matches(filter, record)));
        (await collection.CountAsync(filter, Cancellation)).ShouldBe(0);
        (await collection.CountAsync(null, Cancellation)).ShouldBe(2_000 - deleted);
        (await collection.DeleteAsync(filter, Cancellation)).ShouldBe(0);
        collection = await ReopenAsync("items");
        (await collection.CountAsync(cancellationToken: Cancellation)).ShouldBe(2_000 - deleted);
        (await collection.DeleteAsync(Filter.All, Cancellation)).ShouldBe(2_000 - deleted);
    }

    // It looked on at what had come meanwhile, and did not end while matching records kept coming.
    [Fact]
    public async Task Deletion_by_filter_ends_while_matching_records_keep_coming()
    {
        HashDbCollection collection = await CreateAsync("items", WithFields(0, 2_000));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        int written = 0;
        Task[] writers =
        [
            .. Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; !stop.IsCancellationRequested; i++)
                {
                    await collection.InsertAsync(WithFields(10_000_000 + (writer * 1_000_000) + i, 1), cancellationToken: Cancellation);
                    Interlocked.Increment(ref written);
                }
            })),
        ];

        long deleted = await collection.DeleteAsync(Filter.All, Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        deleted.ShouldBeGreaterThanOrEqualTo(2_000);
        (await collection.CountAsync(null, Cancellation)).ShouldBe(2_000 + written - deleted);
    }

    // A deletion by filter deleted by id what it had read before: also a record that somebody had replaced meanwhile.
    [Fact]
    public async Task Deletion_by_filter_leaves_what_does_not_match_any_more()
    {
        HashDbCollection collection = await CreateAsync("items", WithFields(0, 600));
        Filter old = Filter.Parse("!exists(isNew)");
        Task writing = Task.Run(
            async () =>
            {
                for (int number = 0; number < 600; number += 3)
                    await collection.UpdateFieldsAsync(new VectorId((ulong)number), new RecordFields { ["isNew"] = true }, Cancellation);
            },
            Cancellation);
        long deleted = 0;
        while (!writing.IsCompleted)
            deleted += await collection.DeleteAsync(old & Filter.Parse("number >= 300"), Cancellation);
        await writing;

        long left = await collection.CountAsync(Filter.Parse("isNew == true && number >= 300"), Cancellation);
        (deleted + left).ShouldBe(300);
        (await collection.CountAsync(Filter.Parse("number >= 300"), Cancellation)).ShouldBe(left);
    }

    [Fact]
    public async Task Fields_are_set_by_many_at_a_time_and_none_is_lost()
    {
        VectorRecord[] records = WithFields(0, 20);
        HashDbCollection collection = await CreateAsync("items", records);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(
            async () =>
            {
                for (int i = 0; i < 10; i++)
                {
                    (await collection.UpdateFieldsAsync(
                        new VectorId((ulong)(i % 3)), new RecordFields { [$"w{worker}-{i}"] = i }, Cancellation)).ShouldBeTrue();
                }
            },
            Cancellation)));

        VectorRecord? zero = await collection.GetAsync(new VectorId(0), Cancellation);
        zero.ShouldNotBeNull();
        zero.Fields.Count.ShouldBe(records[0].Fields.Count + (16 * 4));
        zero.Vector.ToArray().ShouldBe(records[0].Vector.ToArray());
        zero.Labels.ToArray().ShouldBe(records[0].Labels.ToArray());
        (await collection.UpdateFieldsAsync(new VectorId(999), new RecordFields { ["a"] = 1 }, Cancellation)).ShouldBeFalse();
        (await collection.SearchAsync(records[0].Vector, new SearchOptions { Top = 1, Filter = Filter.Parse("`w3-9` == 9") }, Cancellation))
            .Hits.ShouldHaveSingleItem().Id.ShouldBe(new VectorId(0));
    }

    // Another program had stored a map and a NaN beside its fields: setting a field lost the one and failed over the other.
    [Fact]
    public async Task Entries_of_a_payload_that_are_no_fields_stay_when_fields_are_set_and_taken()
    {
        // {"map": {"a": 1}, "bad": NaN, 5: "x", "year": 1999, "tags": ["s"]}
        byte[] payload =
        [
            0x85, 0xA3, .. "map"u8, 0x81, 0xA1, .. "a"u8, 0x01, 0xA3, .. "bad"u8, 0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0, 0x05, 0xA1, .. "x"u8,
            0xA4, .. "year"u8, 0xCD, 0x07, 0xCF, 0xA4, .. "tags"u8, 0x91, 0xA1, .. "s"u8,
        ];
        HashDbCollection collection = await CreateAsync("items", [Data.Record(0).With(payload: payload)]);

        (await collection.UpdateFieldsAsync(
            new VectorId(0), new RecordFields { ["year"] = 5, ["new"] = true }, Cancellation)).ShouldBeTrue();

        byte[] expected =
        [
            0x86, 0xA3, .. "map"u8, 0x81, 0xA1, .. "a"u8, 0x01, 0xA3, .. "bad"u8, 0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0, 0x05, 0xA1, .. "x"u8,
            0xA4, .. "year"u8, 0x05, 0xA4, .. "tags"u8, 0x91, 0xA1, .. "s"u8, 0xA3, .. "new"u8, 0xC3,
        ];
        VectorRecord? record = await collection.GetAsync(new VectorId(0), Cancellation);
        record!.Payload.ToArray().ShouldBe(expected);
        record.Labels.ToArray().ShouldBe(Data.Record(0).Labels.ToArray());
        SearchResult result = await collection.SearchAsync(
            Data.Vector(0),
            new SearchOptions { Top = 1, Include = RecordParts.Fields, IncludeFields = ["bad", "year", "none"] },
            Cancellation);
        result.Hits[0].Record!.Payload.ToArray().ShouldBe(
            [0x82, 0xA3, .. "bad"u8, 0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0, 0xA4, .. "year"u8, 0x05]);

        // Neither too much nor too many.
        (await Should.ThrowAsync<ArgumentException>(() => collection.UpdateFieldsAsync(
            new VectorId(0), new RecordFields { ["long"] = new string('x', StorageLimits.MaxPayloadBytes - 20) }, Cancellation)))
            .Message.ShouldContain($"{StorageLimits.MaxPayloadBytes}");
        var many = new RecordFields();
        for (int i = 0; i < StorageLimits.MaxFieldCount; i++)
            many.Add($"f{i}", i);
        (await Should.ThrowAsync<ArgumentException>(() => collection.UpdateFieldsAsync(new VectorId(0), many, Cancellation)))
            .Message.ShouldContain($"{StorageLimits.MaxFieldCount}");
        (await collection.GetAsync(new VectorId(0), Cancellation))!.Payload.ToArray().ShouldBe(expected);
    }

    // What many queries could get at most is more than a server has for answers; what they get is sent piece by piece.
    [Fact]
    public async Task Batch_of_many_queries_gives_the_records_of_its_hits()
    {
        VectorRecord[] records = WithFields(0, 100);
        HashDbCollection collection = await CreateAsync("items", records);
        float[] queries = [.. Enumerable.Range(0, 1_000).SelectMany(i => records[i % 100].Vector.ToArray())];

        IReadOnlyList<SearchResult> results = await collection.SearchBatchAsync(
            queries, new SearchOptions { Top = 10, TargetRecall = 1, Include = RecordParts.All }, Cancellation);

        results.Count.ShouldBe(1_000);
        for (int i = 0; i < results.Count; i++)
            results[i].Hits[0].Record!.Fields.ShouldBe(records[i % 100].Fields);
    }

    [Fact]
    public async Task Filters_hold_over_updates_compaction_reindex_and_restart()
    {
        VectorRecord[] records = WithFields(0, 400);
        HashDbCollection collection = await CreateAsync("items", records);
        await collection.UpsertAsync(Data.Records(0, 100), cancellationToken: Cancellation);
        await collection.DeleteAsync(Filter.Parse("number >= 350"), Cancellation);
        Filter filter = Filter.Parse("number >= 90 && number < 110 || number >= 340");
        await CheckAsync();
        await collection.Maintenance.CompactAsync(Cancellation);
        await CheckAsync();
        await collection.Maintenance.ReindexAsync(Data.Model(bitCount: 24), cancellationToken: Cancellation);
        await CheckAsync();
        collection = await ReopenAsync("items");
        await CheckAsync();

        async Task CheckAsync()
        {
            SearchResult result = await collection.SearchAsync(
                Data.Vector(1), new SearchOptions { Top = 100, CandidateLimit = 1_000, Filter = filter }, Cancellation);
            Oracle.ShouldBeNearest(
                result.Hits,
                [.. records.Where(record => record.Id.Value is (>= 100 and < 110) or (>= 340 and < 350))],
                Data.Vector(1),
                DistanceMetric.Cosine,
                100);
        }
    }

    private static VectorRecord[] WithFields(int first, int count) =>
    [
        .. Enumerable.Range(first, count).Select(number =>
        {
            var fields = new RecordFields { ["number"] = number, ["tags"] = new[] { number % 7, number % 5 } };
            if (number % 4 != 0)
                fields["colour"] = Colours[number % 3];
            return Data.Record(number).With(payload: fields.Encode());
        }),
    ];

    private static bool Matches(Filter filter, VectorRecord record) => filter.Matcher.Matches(
        record.Payload.Span, record.Labels.Span, HashDb.Fields.RawField.Of(record.Id.Value));
}
