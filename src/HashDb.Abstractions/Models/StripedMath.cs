// Sums in float64 whose order is part of the definition: element i belongs to stripe i % 16, each stripe is summed in
// ascending order, and the stripes are added in a fixed tree. Vector512 has the same lanes on every machine (narrower
// hardware runs it in pieces), so the result has the same bits everywhere. Products of two float32 are exact in float64,
// so it makes no difference whether a machine fuses them.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HashDb.Models;

/// <summary>Reductions and scalings with the same result at every register width.</summary>
public static class StripedMath
{
    private const int Stripes = 16;

    /// <summary>Sum of squares, float64. Not finite exactly when a value is not finite.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values) => Dot(values, values);

    /// <summary>Inner product, accumulated in float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector512<double> low = Vector512<double>.Zero;
        Vector512<double> high = Vector512<double>.Zero;
        ref float x = ref MemoryMarshal.GetReference(left);
        ref float y = ref MemoryMarshal.GetReference(right[..left.Length]);
        nuint i = 0;
        nuint length = (nuint)left.Length;
        for (; i + Stripes <= length; i += Stripes)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref x, i);
            Vector512<float> b = Vector512.LoadUnsafe(ref y, i);
            low += Vector512.WidenLower(a) * Vector512.WidenLower(b);
            high += Vector512.WidenUpper(a) * Vector512.WidenUpper(b);
        }

        if (i < length)
        {
            Span<float> a = stackalloc float[Stripes];
            Span<float> b = stackalloc float[Stripes];
            a.Clear();
            b.Clear();
            left[(int)i..].CopyTo(a);
            right[(int)i..left.Length].CopyTo(b);
            Vector512<float> va = Vector512.Create<float>(a);
            Vector512<float> vb = Vector512.Create<float>(b);
            low += Vector512.WidenLower(va) * Vector512.WidenLower(vb);
            high += Vector512.WidenUpper(va) * Vector512.WidenUpper(vb);
        }

        Vector512<double> s = low + high;
        return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    }

    /// <summary><c>destination = (float)(values * factor)</c>, the product in float64, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(ReadOnlySpan<float> values, double factor, Span<float> destination)
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        ref float z = ref MemoryMarshal.GetReference(destination[..values.Length]);
        Vector512<double> factors = Vector512.Create(factor);
        nuint i = 0;
        nuint length = (nuint)values.Length;
        for (; i + Stripes <= length; i += Stripes)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref x, i);
            Vector512.Narrow(Vector512.WidenLower(a) * factors, Vector512.WidenUpper(a) * factors).StoreUnsafe(ref z, i);
        }

        for (; i < length; i++)
            destination[(int)i] = (float)(values[(int)i] * factor);
    }

    /// <summary><c>sums += values</c>, element by element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(ReadOnlySpan<float> values, Span<double> sums)
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        ref double s = ref MemoryMarshal.GetReference(sums[..values.Length]);
        nuint half = Stripes / 2;
        nuint i = 0;
        nuint length = (nuint)values.Length;
        for (; i + Stripes <= length; i += Stripes)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref x, i);
            (Vector512.LoadUnsafe(ref s, i) + Vector512.WidenLower(a)).StoreUnsafe(ref s, i);
            (Vector512.LoadUnsafe(ref s, i + half) + Vector512.WidenUpper(a)).StoreUnsafe(ref s, i + half);
        }

        for (; i < length; i++)
            sums[(int)i] += values[(int)i];
    }

    /// <summary><c>sums += factor * values</c>, element by element, product and sum each rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AccumulateScaled(double factor, ReadOnlySpan<float> values, Span<double> sums)
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        ref double s = ref MemoryMarshal.GetReference(sums[..values.Length]);
        Vector512<double> factors = Vector512.Create(factor);
        nuint half = Stripes / 2;
        nuint i = 0;
        nuint length = (nuint)values.Length;
        for (; i + Stripes <= length; i += Stripes)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref x, i);
            (Vector512.LoadUnsafe(ref s, i) + (Vector512.WidenLower(a) * factors)).StoreUnsafe(ref s, i);
            (Vector512.LoadUnsafe(ref s, i + half) + (Vector512.WidenUpper(a) * factors)).StoreUnsafe(ref s, i + half);
        }

        for (; i < length; i++)
            sums[(int)i] += factor * values[(int)i];
    }
}
