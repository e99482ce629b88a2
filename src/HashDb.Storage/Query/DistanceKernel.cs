// Exact distances between a query and stored vectors. Vector512 has the same lanes on every machine (narrower hardware runs it in pieces),
// and every sum has one order, so distances have the same bits everywhere:
//
//   Euclidean            element i belongs to stripe i % 64, each stripe a chain of fused multiply-adds; stripes j, j + 16, j + 32 and
//                        j + 48 are added as (a + b) + (c + d); of the 16 sums j and j + 8, of the 8 j and j + 4; then (0 + 2) + (1 + 3)
//   inner products,      the same 16 sums for every 256 elements, then in float64: of the 16 j and j + 8, added over the blocks in order;
//   norms                of the 8 sums j and j + 4, of the 4 j and j + 2, then the two
//
// In float64 a sum of terms of one sign is wrong by at most 6 units of 2^-24, whatever its length, and the cosine of a vector and a
// positive multiple of it by less than 2^-20. A norm is summed in the same order as an inner product, so that a vector has the distance 0
// from itself.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HashDb.Storage.Query;

internal static class DistanceKernel
{
    private const int Lanes = 16;
    private const int Stripes = 4 * Lanes;
    private const int BlockElements = 4 * Stripes;

    /// <summary>The distance of a stored vector from a query with the given squared norm; by cosine from 0 to 2.</summary>
    public static float Distance(DistanceMetric metric, ReadOnlySpan<float> query, double querySquaredNorm, ReadOnlySpan<float> vector)
    {
        switch (metric)
        {
            case DistanceMetric.Cosine:
                (double dot, double squaredNorm) = DotAndSquaredNorm(query, vector);

                // One root of the product: the root of a square is exact, that of each factor is not.
                return (float)Math.Clamp(1 - (dot / Math.Sqrt(querySquaredNorm * squaredNorm)), 0, 2);
            case DistanceMetric.Euclidean:
                return MathF.Sqrt(SquaredDistance(query, vector));
            default:
                return (float)-DotAndSquaredNorm(query, vector).Dot;
        }
    }

    public static double SquaredNorm(ReadOnlySpan<float> vector) => DotAndSquaredNorm(vector, vector).SquaredNorm;

    /// <summary>The inner product with <paramref name="x"/>, and the squared norm of <paramref name="x"/>, in one pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Dot, double SquaredNorm) DotAndSquaredNorm(ReadOnlySpan<float> query, ReadOnlySpan<float> x)
    {
        ref float q = ref MemoryMarshal.GetReference(query);
        ref float v = ref MemoryMarshal.GetReference(x);
        Vector512<double> dot = default, squares = default;
        int i = 0;
        for (; x.Length - i > BlockElements; i += BlockElements)
            AddBlock(ref Unsafe.Add(ref q, i), ref Unsafe.Add(ref v, i), ref dot, ref squares);
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        Vector512<float> n0 = default, n1 = default, n2 = default, n3 = default;
        for (; i <= x.Length - Stripes; i += Stripes)
        {
            Step(ref q, ref v, i, ref d0, ref n0);
            Step(ref q, ref v, i + Lanes, ref d1, ref n1);
            Step(ref q, ref v, i + 2 * Lanes, ref d2, ref n2);
            Step(ref q, ref v, i + 3 * Lanes, ref d3, ref n3);
        }
        // What is left are fewer than four registers: whole ones from where they lie, the last elements from a copy with zeros behind.
        int whole = (x.Length - i) / Lanes;
        if (whole > 0)
            Step(ref q, ref v, i, ref d0, ref n0);
        if (whole > 1)
            Step(ref q, ref v, i + Lanes, ref d1, ref n1);
        if (whole > 2)
            Step(ref q, ref v, i + 2 * Lanes, ref d2, ref n2);
        i += whole * Lanes;
        if (i < x.Length)
        {
            Span<float> tail = stackalloc float[2 * Lanes];
            tail.Clear();
            query[i..x.Length].CopyTo(tail);
            x[i..].CopyTo(tail[Lanes..]);
            ref float tq = ref tail[0];
            ref float tv = ref tail[Lanes];
            if (whole == 0)
                Step(ref tq, ref tv, 0, ref d0, ref n0);
            else if (whole == 1)
                Step(ref tq, ref tv, 0, ref d1, ref n1);
            else if (whole == 2)
                Step(ref tq, ref tv, 0, ref d2, ref n2);
            else
                Step(ref tq, ref tv, 0, ref d3, ref n3);
        }
        return (Fold(dot + Widen((d0 + d1) + (d2 + d3))), Fold(squares + Widen((n0 + n1) + (n2 + n3))));
    }

    // Not inlined: its sums in float32 take all the registers that there are.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddBlock(ref float q, ref float v, ref Vector512<double> dot, ref Vector512<double> squares)
    {
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        Vector512<float> n0 = default, n1 = default, n2 = default, n3 = default;
        for (int i = 0; i < BlockElements; i += Stripes)
        {
            Step(ref q, ref v, i, ref d0, ref n0);
            Step(ref q, ref v, i + Lanes, ref d1, ref n1);
            Step(ref q, ref v, i + 2 * Lanes, ref d2, ref n2);
            Step(ref q, ref v, i + 3 * Lanes, ref d3, ref n3);
        }
        dot += Widen((d0 + d1) + (d2 + d3));
        squares += Widen((n0 + n1) + (n2 + n3));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(Vector512<float> lanes) => Vector512.WidenLower(lanes) + Vector512.WidenUpper(lanes);

    private static double Fold(Vector512<double> lanes)
    {
        Vector256<double> four = lanes.GetLower() + lanes.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    private static float Fold(Vector512<float> lanes)
    {
        Vector256<float> eight = lanes.GetLower() + lanes.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
