using HashDb.Storage.Index;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Index;

/// <summary>What any posting store must do.</summary>
public abstract class PostingStoreContract
{
    private protected abstract IPostingStore Make(string directory);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_loads_and_appends_read_back(int seed)
    {
        using var directory = new TemporaryDirectory();
        using IPostingStore store = Make(directory.Path);
        var expected = new Dictionary<(uint Table, ulong Code), List<uint>>();
        var random = new Random(seed);
        uint row = 0;
        for (ulong code = 0; code < 40; code++)
        {
            uint[] rows = [.. Enumerable.Range(0, random.Next(1, 3_000)).Select(_ => row++)];
            store.Load(1, code * 1_000_003, rows);
            expected[(1, code * 1_000_003)] = [.. rows];
        }
        for (int step = 0; step < 3_000; step++)
        {
            (uint Table, ulong Code) key = ((uint)random.Next(3), (ulong)random.Next(60) * 1_000_003);
            uint[] rows = [.. Enumerable.Range(0, random.Next(10) == 0 ? random.Next(1, 2_500) : random.Next(1, 5)).Select(_ => row++)];
            bool isNew = !expected.TryGetValue(key, out List<uint>? list);
            if (isNew)
                expected[key] = list = [];
            list!.AddRange(rows);
            store.Append(key.Table, key.Code, rows).ShouldBe(isNew);
        }
        foreach (((uint table, ulong code), List<uint> rows) in expected)
            ReadRows(store, table, code).ShouldBe(rows.Order());
        ReadRows(store, 7, 12_345).ShouldBeEmpty();
        AllAtOnce(store, expected);
    }

    [Fact]
    public async Task A_reader_beside_the_writer_sees_a_prefix_without_gaps_or_repeats()
    {
        const uint Rows = 60_000;
        using var directory = new TemporaryDirectory();
        using IPostingStore store = Make(directory.Path);
        uint appended = 0;
        Task writer = Task.Run(() =>
        {
            for (uint row = 0; row < Rows; row++)
            {
                store.Append(0, row % 7 == 0 ? 1UL : 2UL, [row]);
                Volatile.Write(ref appended, row + 1);
            }
        });
        while (!writer.IsCompleted)
        {
            uint before = Volatile.Read(ref appended);
            uint[] seen = [.. ReadRows(store, 0, 1), .. ReadRows(store, 0, 2)];
            Array.Sort(seen);
            seen.Distinct().Count().ShouldBe(seen.Length);
            seen.Count(row => row < before).ShouldBe((int)before);
        }
        await writer;
    }

    private static void AllAtOnce(IPostingStore store, Dictionary<(uint Table, ulong Code), List<uint>> expected)
    {
        BucketHit[] hits = [.. expected.Keys.Select((key, i) => new BucketHit(key.Code, (ushort)key.Table, (ushort)i))];
        var buffer = new PostingBuffer();
        store.Read(hits, buffer);
        ulong[] all = buffer.Entries.ToArray();
        all.Select(PostingBuffer.RowOf).Order().ShouldBe(expected.Values.SelectMany(rows => rows).Order());
        foreach (ulong entry in all)
        {
            BucketHit hit = hits[PostingBuffer.DistanceOf(entry)];
            expected[(hit.Table, hit.Code)].BinarySearch(PostingBuffer.RowOf(entry)).ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    private static uint[] ReadRows(IPostingStore store, uint table, ulong code)
    {
        var buffer = new PostingBuffer();
        store.Read([new BucketHit(code, (ushort)table, 0)], buffer);
        uint[] rows = [.. buffer.Entries.ToArray().Select(PostingBuffer.RowOf)];
        Array.Sort(rows);
        return rows;
    }
}

public sealed class FasterPostingStoreTests : PostingStoreContract
{
    private protected override IPostingStore Make(string directory) =>
        new FasterPostingStore(Path.Combine(directory, "scratch"), 64L * 1024 * 1024, 1_000);
}

/// <summary>With so little memory most lists live in the scratch file.</summary>
public sealed class SpillingFasterPostingStoreTests : PostingStoreContract
{
    private protected override IPostingStore Make(string directory) =>
        new FasterPostingStore(Path.Combine(directory, "scratch"), 1L << 20, 10);
}

/// <summary>
/// A scratch file that takes nothing: FASTER waited for room that never came, with the writer of the collection, and again at every open.
/// </summary>
public sealed class FullScratchTests
{
    [Fact]
    public void Store_whose_scratch_file_is_on_a_full_device_says_so_and_does_not_wait()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no device that is always full.");
        using var directory = new TemporaryDirectory();
        string scratch = Path.Combine(directory.Path, "scratch");
        File.CreateSymbolicLink(scratch + ".0", "/dev/full");
        using var store = new FasterPostingStore(scratch, 1L << 20, 1_000);
        uint[] rows = [.. Enumerable.Range(0, 1_000).Select(row => (uint)row)];

        HashDbException refused = Should.Throw<HashDbException>(() =>
        {
            for (ulong code = 0; code < 5_000; code++)
                store.Append(0, code, rows);
        });

        refused.Code.ShouldBe(HashDbErrorCode.IndexFault);
        refused.Message.ShouldContain(scratch);
        Should.Throw<HashDbException>(() => store.Read([new BucketHit(1, 0, 0)], new PostingBuffer()))
            .Code.ShouldBe(HashDbErrorCode.IndexFault);
    }
}

public sealed class SmallPostingStoreTests : PostingStoreContract
{
    private protected override IPostingStore Make(string directory) => new SmallPostingStore();
}
