using System.Numerics;
using HashDb.Storage.Index;
using HashDb.Storage.Query;
using HashDb.Storage.Records;

namespace HashDb.Storage.Tests.Index;

public sealed class PostingPartsTests
{
    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 8)]
    [InlineData(13, 4)]
    [InlineData(32, 3)]
    [InlineData(64, 2)]
    [InlineData(64, 0)]
    public void Hamming_ring_visits_every_mask_once(int bits, int radius)
    {
        var seen = new HashSet<ulong>();
        foreach (ulong mask in HammingBall.Ring(bits, radius))
        {
            BitOperations.PopCount(mask).ShouldBe(radius);
            (bits == 64 || mask < 1UL << bits).ShouldBeTrue();
            seen.Add(mask).ShouldBeTrue();
        }
        seen.Count.ShouldBe((int)HammingBall.RingSize(bits, radius));
    }

    [Fact]
    public void Hamming_ball_size_saturates_instead_of_overflowing()
    {
        HammingBall.Size(64, 64).ShouldBe(long.MaxValue);
        HammingBall.RingSize(64, 32).ShouldBe(1_832_624_140_942_590_534);
        HammingBall.Size(16, 16).ShouldBe(1 << 16);
        HammingBall.RingSize(8, 9).ShouldBe(0);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(40)]
    [InlineData(64)]
    public void Occupancy_filter_never_denies_an_occupied_bucket_and_seldom_admits_an_empty_one(int bits)
    {
        const int Codes = 20_000;
        var random = new Random(bits);
        ulong mask = ulong.MaxValue >> (64 - bits);
        var filter = new OccupancyFilter(bits, Codes);
        var added = new HashSet<ulong>();
        while (added.Count < Codes)
            added.Add((ulong)random.NextInt64() * 3 & mask);
        foreach (ulong code in added)
            filter.Add(code);
        added.All(filter.MayContain).ShouldBeTrue();
        int wrong = 0;
        int asked = 0;
        for (int i = 0; i < 100_000; i++)
        {
            ulong code = (ulong)random.NextInt64() * 5 & mask;
            if (added.Contains(code))
                continue;
            asked++;
            wrong += filter.MayContain(code) ? 1 : 0;
        }
        wrong.ShouldBeLessThanOrEqualTo(bits <= 24 ? 0 : asked / 20);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    public void Radix_sort_sorts_like_the_library(int count)
    {
        var random = new Random(count);
        ulong[] keys = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64(1L << 40))];
        ulong[] expected = [.. keys.Order()];
        ulong[] alone = [.. keys];
        RadixSort.Sort(alone, 40);
        alone.ShouldBe(expected);

        ulong[] sorted = [.. keys.Select(key => key & 0xFFFF)];
        (ulong, uint)[] expectedPairs = [.. sorted.Select((key, i) => (key, (uint)i)).OrderBy(pair => pair.key)];
        uint[] values = [.. Enumerable.Range(0, count).Select(i => (uint)i)];
        ulong[] keyScratch = new ulong[count];
        uint[] valueScratch = new uint[count];
        RadixSort.Sort(ref sorted, ref values, ref keyScratch, ref valueScratch, count, 16);
        sorted.Zip(values).Select(pair => (pair.First, pair.Second)).ShouldBe(expectedPairs);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(2_048)]
    [InlineData(262_144)]
    [InlineData(200_000_000)]
    public void Extents_cover_every_row_once(int stride)
    {
        var layout = new ExtentLayout(stride);
        uint row = 0;
        for (int extent = 0; extent < 40; extent++)
        {
            layout.FirstRow(extent).ShouldBe(row);
            layout.ExtentOf(row).ShouldBe(extent);
            row += (uint)layout.RowCapacity(extent);
            layout.ExtentOf(row - 1).ShouldBe(extent);
            layout.ExtentCount(row).ShouldBe(extent + 1);
        }
    }
}
