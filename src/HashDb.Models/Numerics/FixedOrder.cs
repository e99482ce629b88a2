// Vector loops of training in float32, whose sums have one fixed order. The 512-bit type is used throughout; where the machine has narrower
// registers the runtime splits it, lane by lane.
//
// The order of a dot product: of the whole blocks of 32 elements, element i belongs to stripe i % 32, and each stripe is one ascending
// chain of fused multiply-adds from 0. Stripes j and j + 16 are added, then of the 16 sums j and j + 8, of the 8 j and j + 4, and
// the four are added as (s0 + s1) + (s2 + s3). The elements after the last whole block are added to that in one ascending chain.
//
// Two other dot products have orders of their own, because results are kept that depend on them: StripedMath (float64; preprocessing, which
// the model file defines to the last bit) and the distances of a search (HashDb.Storage, DistanceKernel).
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HashDb.Models.Numerics;

/// <summary>Dot products and scaled additions in a fixed order.</summary>
internal static class FixedOrder
{
    private const int Lanes = 16;

    /// <summary>The dot product of two vectors of one length.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length != right.Length)
            throw new ArgumentException($"Vectors of {left.Length} and {right.Length} elements have no dot product.");
        ref float a = ref MemoryMarshal.GetReference(left);
        ref float b = ref MemoryMarshal.GetReference(right);
        Vector512<float> s0 = default, s1 = default;
        int i = 0;
        for (; i + (2 * Lanes) <= left.Length; i += 2 * Lanes)
        {
            s0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i), s0);
            s1 = Vector512.FusedMultiplyAdd(
                Vector512.LoadUnsafe(ref a, (nuint)(i + Lanes)), Vector512.LoadUnsafe(ref b, (nuint)(i + Lanes)), s1);
        }

        Vector512<float> sum = s0 + s1;
        Vector256<float> half = sum.GetLower() + sum.GetUpper();
        Vector128<float> quarter = half.GetLower() + half.GetUpper();
        float total = quarter[0] + quarter[1] + (quarter[2] + quarter[3]);
        for (; i < left.Length; i++)
            total = MathF.FusedMultiplyAdd(left[i], right[i], total);
        return total;
    }

    /// <summary>Adds <c>factor * vector</c> to <paramref name="target"/>.</summary>
    public static void AddScaled(float factor, ReadOnlySpan<float> vector, Span<float> target)
    {
        if (vector.Length != target.Length)
            throw new ArgumentException($"{vector.Length} elements cannot be added to {target.Length}.");
        ref float x = ref MemoryMarshal.GetReference(vector);
        ref float y = ref MemoryMarshal.GetReference(target);
        Vector512<float> factors = Vector512.Create(factor);
        int i = 0;
        for (; i + Lanes <= vector.Length; i += Lanes)
            Vector512.FusedMultiplyAdd(
                factors, Vector512.LoadUnsafe(ref x, (nuint)i), Vector512.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref y, (nuint)i);
        for (; i < vector.Length; i++)
            target[i] = MathF.FusedMultiplyAdd(factor, vector[i], target[i]);
    }
}
