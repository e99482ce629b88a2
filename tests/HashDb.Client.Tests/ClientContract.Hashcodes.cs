using HashDb.Client.Tests.Support;
using HashDb.Models;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 3)]
    [InlineData(16, 2)]
    public async Task Probe_for_hashcodes_gives_what_probes_for_their_vectors_give(int radius, int tableCount)
    {
        VectorRecord[] records = Data.Records(0, 700);
        HashDbCollection collection = await CreateAsync("items", records, tableCount: tableCount);
        await collection.DeleteAsync([.. Enumerable.Range(0, 50).Select(i => new VectorId((ulong)(i * 7)))], null, Cancellation);
        await collection.UpsertAsync([.. Enumerable.Range(300, 40).Select(i => Data.Record(i, version: 3))], null, Cancellation);
        float[] queries = [.. Enumerable.Range(0, 80).SelectMany(i => Data.Vector(1_000_000 + i))];
        byte[] codes = Encode(Data.Model(tableCount), queries);

        foreach (ProbeStrategy strategy in Enum.GetValues<ProbeStrategy>())
        {
            var options = new ProbeOptions { Radius = radius, Strategy = strategy };
            HashcodeProbeResult result = await collection.ProbeHashcodesAsync(codes, 80, options, Cancellation);
            IReadOnlyList<ProbeResult> expected = await collection.ProbeBatchAsync(queries, options, Cancellation);

            ShouldBe(result, expected);
            result.Statistics.CompleteRadius.ShouldBe(Math.Min(radius, Data.BitCount));
            result.Statistics.Generation.ShouldBe(expected[0].Statistics.Generation);
            result.Statistics.Candidates.ShouldBe(result.Ids.Length);
        }
    }

    [Fact]
    public async Task Probe_for_hashcodes_keeps_a_filter()
    {
        VectorRecord[] records =
        [
            .. Enumerable.Range(0, 300).Select(i => new VectorRecord
            {
                Id = new VectorId((ulong)i),
                Vector = Data.Vector(i),
                Fields = new RecordFields { ["n"] = i },
            }),
        ];
        HashDbCollection collection = await CreateAsync("items", records);
        float[] queries = [.. Enumerable.Range(0, 20).SelectMany(Data.Vector)];
        var options = new ProbeOptions { Radius = 6, Filter = Filter.Parse("n >= 100") };

        HashcodeProbeResult result =
            await collection.ProbeHashcodesAsync(Encode(Data.Model(), queries), 20, options, Cancellation);

        ShouldBe(result, await collection.ProbeBatchAsync(queries, options, Cancellation));
        result.Ids.Length.ShouldBeGreaterThan(0);
        result.Ids.ToArray().All(id => id.Value >= 100).ShouldBeTrue();
    }

    [Fact]
    public async Task Probe_for_hashcodes_refuses_what_is_not_like_the_collection()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 10));
        var options = new ProbeOptions { Radius = 1 };

        (await Should.ThrowAsync<ArgumentException>(() => collection.ProbeHashcodesAsync(new byte[5], 2, options, Cancellation)))
            .Message.ShouldStartWith(
                "2 hashcodes were given in 5 bytes; the collection's take 2 bytes each (16 bits, 1 tables), 4 together.");
        await Should.ThrowAsync<ArgumentException>(() => collection.ProbeHashcodesAsync(new byte[8], 2, options, Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => collection.ProbeHashcodesAsync(new byte[2], 0, options, Cancellation));
        await Should.ThrowAsync<ArgumentException>(() => collection.ProbeHashcodesAsync(default, -1, options, Cancellation));
        const int TooMany = StorageLimits.MaxQueryBatch + 1;
        await Should.ThrowAsync<ArgumentException>(
            () => collection.ProbeHashcodesAsync(new byte[2 * TooMany], TooMany, options, Cancellation));
        await Should.ThrowAsync<ArgumentException>(
            () => collection.ProbeHashcodesAsync(new byte[2], 1, options with { Radius = 513 }, Cancellation));
        HashcodeProbeResult none = await collection.ProbeHashcodesAsync(default, 0, options, Cancellation);
        none.Offsets.ToArray().ShouldBe([0]);
        none.Ids.IsEmpty.ShouldBeTrue();

        HashDbCollection longer = await Client.CreateCollectionAsync(
            "longer", new CollectionOptions(Data.Model(bitCount: 20)), Cancellation);
        (await Should.ThrowAsync<ArgumentException>(
            () => longer.ProbeHashcodesAsync(new byte[] { 0, 0, 0, 1, 2, 0x10 }, 2, options, Cancellation)))
            .Message.ShouldStartWith("Hashcode 1 has bits set behind bit 19");
    }

    [Fact]
    public async Task Probe_for_hashcodes_is_refused_where_they_are_numbers_of_cells()
    {
        HashDbCollection collection = await Client.CreateCollectionAsync("items", Data.Dimensions, cancellationToken: Cancellation);

        HashDbException refused = await Should.ThrowAsync<HashDbException>(
            () => collection.ProbeHashcodesAsync(new byte[8], 1, new ProbeOptions { Radius = 1 }, Cancellation));

        refused.Code.ShouldBe(HashDbErrorCode.InvalidArgument);
        refused.Message.ShouldContain("cells");
    }

    private static byte[] Encode(IHashModel model, float[] vectors)
    {
        int count = vectors.Length / Data.Dimensions;
        byte[] codes = new byte[count * model.GetHashcodeByteCount()];
        model.Encode(vectors, count, codes);
        return codes;
    }

    private static void ShouldBe(HashcodeProbeResult result, IReadOnlyList<ProbeResult> expected)
    {
        result.Offsets.Length.ShouldBe(expected.Count + 1);
        for (int i = 0; i < expected.Count; i++)
        {
            int from = result.Offsets.Span[i], to = result.Offsets.Span[i + 1];
            Enumerable.Range(from, to - from).Select(hit => new ProbeHit(result.Ids.Span[hit], result.Distances.Span[hit]))
                .ShouldBe(expected[i].Hits);
        }
        result.Ids.Length.ShouldBe(result.Offsets.Span[^1]);
        result.Distances.Length.ShouldBe(result.Offsets.Span[^1]);
    }
}
