// What a look-up and a comparison cost on this machine, measured once per process in some milliseconds. They only choose between ways that
// find the same rows.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HashDb.Models;

namespace HashDb.Storage.Substrings;

internal sealed unsafe class SubstringCosts
{
    /// <summary>
    /// What it takes to bring a code into a table, or into order: 15 ns. Not measured, because it decides only how soon tables are made.
    /// </summary>
    public const double NanosecondsPerBuilt = 15;

    private const int Codes = 1 << 20;
    private const int BucketCodes = 16;
    private const int Visits = 1 << 12;
    private const int Scanned = 1 << 14;
    private const int Rounds = 3;

    private static readonly Lazy<SubstringCosts> Measured = new(() => new SubstringCosts());

    private readonly double[] _scanned = new double[9];
    private readonly double _read;

    internal SubstringCosts()
    {
        ulong[] words = GC.AllocateUninitializedArray<ulong>(Codes, pinned: true);
        for (int i = 0; i < words.Length; i++)
            words[i] = SplitMix64.Mix((ulong)i);
        ulong[] hits = GC.AllocateUninitializedArray<ulong>(Scanned, pinned: true);
        ulong* codes = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(words));
        ulong* found = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(hits));
        foreach (int size in (ReadOnlySpan<int>)[0, 1, 2, 4, 8])
            _scanned[size] = Least(Scanned, () => Scan(codes, size, found));
        NanosecondsPerBucket = Math.Max(
            1, Least(Visits, () => Visit(codes, found)) - (BucketCodes * NanosecondsPerEntry(0)));
        _read = Least(Visits, () => Read(codes));

        // Their addresses alone do not keep them: collected meanwhile, they were read and written all the same, and the process died.
        GC.KeepAlive(words);
        GC.KeepAlive(hits);
    }

    public static SubstringCosts OfThisMachine => Measured.Value;

    /// <summary>To look up one key.</summary>
    public double NanosecondsPerBucket { get; }

    /// <summary>To compare one code of a bucket.</summary>
    /// <param name="words">Words of a code, 0 for up to 32 bits.</param>
    public double NanosecondsPerEntry(int words) => words <= 1 ? 2 * _scanned[words] : _read;

    /// <summary>To compare one of many codes in a row.</summary>
    /// <param name="words">Words of a code, 0 for up to 32 bits.</param>
    public double NanosecondsPerScanned(int words) => _scanned[words];

    private static double Least(int count, Action action)
    {
        double least = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            action();
            least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalNanoseconds / count);
        }
        return least;
    }

    private static int Scan(ulong* codes, int words, ulong* hits) => words switch
    {
        0 => HammingKernel.Find32((uint*)codes, Scanned, 1, 1, hits),
        1 => HammingKernel.Find64(codes, Scanned, 1, 1, hits),
        _ => HammingKernel.FindWords(codes, words, Scanned, codes, 1, hits),
    };

    private static int Visit(ulong* codes, ulong* hits)
    {
        int found = 0;
        for (int i = 0; i < Visits; i++)
            found += HammingKernel.Find32((uint*)(codes + Place(i)), BucketCodes, 1, 1, hits);
        return found;
    }

    private static int Read(ulong* codes)
    {
        int sum = 0;
        for (int i = 0; i < Visits; i++)
            sum += HammingKernel.Distance(codes + Place(i), codes, 2);
        return sum;
    }

    private static long Place(int i) => (long)(SplitMix64.Mix((ulong)i) % (Codes - 64));
}
