// Vector loops of training whose sums have one fixed order: sixteen lanes, each an ascending chain, lanes added in ascending
// order. The 512-bit type is used throughout; where the machine has narrower registers the runtime splits it, lane by lane.
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
