using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HashDb.Storage.Substrings;

namespace HashDb.Storage.Tests.Substrings;

public sealed unsafe class HammingKernelTests
{
    private delegate int Kernel(ulong* codes, int count, ulong* query, int radius, ulong* hits);

    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int words in (int[])[0, 1, 2, 4, 8])
            {
                foreach (int count in (int[])[0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 1_000])
                    sizes.Add(words, count);
            }
            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Hits_are_those_of_a_plain_count_at_every_register_width(int words, int count)
    {
        var random = new Random((words * 10_000) + count);
        int bits = words == 0 ? 32 : 64 * words;
        byte[] codes = new byte[(count + HammingKernel.PaddingCodes) * bits / 8];
        byte[] query = new byte[64];
        random.NextBytes(query);
        // What lies behind the last code is like the query, and must not be found.
        for (int i = 0; i < codes.Length; i++)
            codes[i] = i >= count * bits / 8 || random.Next(4) > 0 ? query[i % (bits / 8)] : (byte)random.Next(256);
        foreach (int radius in (int[])[0, 1, bits / 8, bits / 4, bits - 1, bits])
        {
            var expected = new List<ulong>();
            for (int i = 0; i < count; i++)
            {
                int distance = 0;
                for (int j = 0; j < bits / 8; j++)
                    distance += BitOperations.PopCount((uint)(codes[(i * bits / 8) + j] ^ query[j]));
                if (distance <= radius)
                    expected.Add(((ulong)i << HammingKernel.DistanceBits) | (uint)distance);
            }
            foreach ((string name, Kernel kernel) in Kernels(words))
            {
                ulong[] hits = new ulong[count + 1];
                fixed (byte* from = codes, wanted = query)
                fixed (ulong* to = hits)
                {
                    int found = kernel((ulong*)from, count, (ulong*)wanted, radius, to);
                    hits.Take(found).ShouldBe(expected, $"{name}, radius {radius}");
                }
            }
        }
    }

    private static List<(string Name, Kernel Kernel)> Kernels(int words)
    {
        List<(string, Kernel)> kernels = [];
        bool has512 = Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;
        if (words > 1)
        {
            kernels.Add(("words", (codes, count, query, radius, hits) =>
                HammingKernel.FindWords(codes, words, count, query, radius, hits)));
            return kernels;
        }
        if (words == 1)
        {
            kernels.Add(("64", (codes, count, query, radius, hits) => HammingKernel.Find64(codes, count, *query, radius, hits)));
            kernels.Add(("64 by 128", (codes, count, query, radius, hits) =>
                HammingKernel.Find64By128(codes, count, *query, radius, hits)));
            if (Avx2.IsSupported)
                kernels.Add(("64 by 256", (codes, count, query, radius, hits) =>
                    HammingKernel.Find64By256(codes, count, *query, radius, hits)));
            if (has512)
                kernels.Add(("64 by 512", (codes, count, query, radius, hits) =>
                    HammingKernel.Find64By512(codes, count, *query, radius, hits)));
            return kernels;
        }
        kernels.Add(("32", (codes, count, query, radius, hits) =>
            HammingKernel.Find32((uint*)codes, count, (uint)*query, radius, hits)));
        kernels.Add(("32 by 128", (codes, count, query, radius, hits) =>
            HammingKernel.Find32By128((uint*)codes, count, (uint)*query, radius, hits)));
        if (Avx2.IsSupported)
            kernels.Add(("32 by 256", (codes, count, query, radius, hits) =>
                HammingKernel.Find32By256((uint*)codes, count, (uint)*query, radius, hits)));
        if (has512)
            kernels.Add(("32 by 512", (codes, count, query, radius, hits) =>
                HammingKernel.Find32By512((uint*)codes, count, (uint)*query, radius, hits)));
        return kernels;
    }
}
