// Exact distances between a query and stored vectors. Sums run over 64 stripes (element i belongs to stripe i % 64), each a
// chain of fused multiply-adds, folded in a fixed tree: Vector512 has the same lanes on every machine (narrower hardware runs
// it in pieces), so distances have the same bits everywhere.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HashDb.Storage.Query;

internal static class DistanceKernel
{
    private const int Lanes = 16;
    private const int Stripes = 4 * Lanes;

    /// <summary>The distance of a stored vector from a query with the given squared norm.</summary>
    public static float Distance(DistanceMetric metric, ReadOnlySpan<float> query, float querySquaredNorm, ReadOnlySpan<float> vector)
    {
        switch (metric)
        {
            case DistanceMetric.Cosine:
                (float dot, float squaredNorm) = DotAndSquaredNorm(query, vector);
                return 1f - dot / (MathF.Sqrt(querySquaredNorm) * MathF.Sqrt(squaredNorm));
            case DistanceMetric.Euclidean:
                return MathF.Sqrt(SquaredDistance(query, vector));
            default:
                return -DotAndSquaredNorm(query, vector).Dot;
        }
    }

    public static float SquaredNorm(ReadOnlySpan<float> vector) => DotAndSquaredNorm(vector, vector).SquaredNorm;

    /// <summary>The inner product with <paramref name="x"/>, and the squared norm of <paramref name="x"/>, in one pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Dot, float SquaredNorm) DotAndSquaredNorm(ReadOnlySpan<float> query, ReadOnlySpan<float> x)
    {
        ref float q = ref MemoryMarshal.GetReference(query);
        ref float v = ref MemoryMarshal.GetReference(x);
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        Vector512<float> n0 = default, n1 = default, n2 = default, n3 = default;
        int i = 0;
        for (; i <= x.Length - Stripes; i += Stripes)
        {
            Step(ref q, ref v, i, ref d0, ref n0);
            Step(ref q, ref v, i + Lanes, ref d1, ref n1);
            Step(ref q, ref v, i + 2 * Lanes, ref d2, ref n2);
            Step(ref q, ref v, i + 3 * Lanes, ref d3, ref n3);
        }
        if (i < x.Length)
        {
            Span<float> tail = stackalloc float[2 * Stripes];
            tail.Clear();
            query[i..x.Length].CopyTo(tail);
            x[i..].CopyTo(tail[Stripes..]);
            ref float tq = ref tail[0];
            ref float tv = ref tail[Stripes];
            Step(ref tq, ref tv, 0, ref d0, ref n0);
            Step(ref tq, ref tv, Lanes, ref d1, ref n1);
            Step(ref tq, ref tv, 2 * Lanes, ref d2, ref n2);
            Step(ref tq, ref tv, 3 * Lanes, ref d3, ref n3);
        }
        return (Fold((d0 + d1) + (d2 + d3)), Fold((n0 + n1) + (n2 + n3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float SquaredDistance(ReadOnlySpan<float> query, ReadOnlySpan<float> x)
    {
        ref float q = ref MemoryMarshal.GetReference(query);
        ref float v = ref MemoryMarshal.GetReference(x);
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        int i = 0;
        for (; i <= x.Length - Stripes; i += Stripes)
        {
            StepDifference(ref q, ref v, i, ref s0);
            StepDifference(ref q, ref v, i + Lanes, ref s1);
            StepDifference(ref q, ref v, i + 2 * Lanes, ref s2);
            StepDifference(ref q, ref v, i + 3 * Lanes, ref s3);
        }
        if (i < x.Length)
        {
            Span<float> tail = stackalloc float[2 * Stripes];
            tail.Clear();
            query[i..x.Length].CopyTo(tail);
            x[i..].CopyTo(tail[Stripes..]);
            ref float tq = ref tail[0];
            ref float tv = ref tail[Stripes];
            StepDifference(ref tq, ref tv, 0, ref s0);
            StepDifference(ref tq, ref tv, Lanes, ref s1);
            StepDifference(ref tq, ref tv, 2 * Lanes, ref s2);
            StepDifference(ref tq, ref tv, 3 * Lanes, ref s3);
        }
        return Fold((s0 + s1) + (s2 + s3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref float q, ref float v, int i, ref Vector512<float> dot, ref Vector512<float> squares)
    {
        Vector512<float> x = Vector512.LoadUnsafe(ref v, (nuint)i);
        dot = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref q, (nuint)i), x, dot);
        squares = Vector512.FusedMultiplyAdd(x, x, squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StepDifference(ref float q, ref float v, int i, ref Vector512<float> sum)
    {
        Vector512<float> difference = Vector512.LoadUnsafe(ref q, (nuint)i) - Vector512.LoadUnsafe(ref v, (nuint)i);
        sum = Vector512.FusedMultiplyAdd(difference, difference, sum);
    }

    private static float Fold(Vector512<float> lanes)
    {
        Vector256<float> eight = lanes.GetLower() + lanes.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
