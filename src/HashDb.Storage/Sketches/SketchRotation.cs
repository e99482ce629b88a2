// A random orthogonal map in about n log n operations: three or four rounds of random signs and a fast Walsh-Hadamard transform. When the
// length is not a power of two, each round transforms as many coordinates as a power of two has, the first ones and the last ones in
// turn, and then mixes the halves pairwise, so that every coordinate reaches every other.
//
// Only additions, subtractions and multiplications of single values, in an order that does not depend on the register width: the same
// vector gives the same bits on every machine.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HashDb.Models;

namespace HashDb.Storage.Sketches;

internal sealed class SketchRotation
{
    private const int RoundsOfWhole = 3;
    private const int RoundsOfWindows = 4;
    private const float HalfRoot = 0.70710678f;

    private readonly float[][] _scales;
    private readonly int _window;

    /// <param name="length">Coordinates, a multiple of <see cref="SketchShape.LengthStep"/>, at least 64.</param>
    /// <param name="seed">Chooses the signs.</param>
    public SketchRotation(int length, ulong seed)
    {
        Length = length;
        _window = 1 << BitOperations.Log2((uint)length);
        _scales = new float[_window == length ? RoundsOfWhole : RoundsOfWindows][];
        float scale = 1 / MathF.Sqrt(_window);
        for (int round = 0; round < _scales.Length; round++)
        {
            float[] scales = _scales[round] = new float[length];
            int start = WindowStart(round);
            for (int i = 0; i < length; i++)
            {
                bool isNegative = (SplitMix64.Mix(seed + ((ulong)round << 32) + (ulong)i) & 1) != 0;
                float size = i >= start && i < start + _window ? scale : 1;
                scales[i] = isNegative ? -size : size;
            }
        }
    }

    public int Length { get; }

    /// <summary>Rotates a vector of <see cref="Length"/> values in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Span<float> values)
    {
        ref float x = ref MemoryMarshal.GetReference(values[..Length]);
        for (int round = 0; round < _scales.Length; round++)
        {
            ref float scales = ref MemoryMarshal.GetArrayDataReference(_scales[round]);
            for (nuint i = 0; i < (nuint)Length; i += 16)
                (Vector512.LoadUnsafe(ref x, i) * Vector512.LoadUnsafe(ref scales, i)).StoreUnsafe(ref x, i);
            Transform(ref Unsafe.Add(ref x, WindowStart(round)), (nuint)_window);
            if (_window != Length)
                MixHalves(ref x, (nuint)Length / 2);
        }
    }

    private int WindowStart(int round) => round % 2 == 0 ? 0 : Length - _window;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MixHalves(ref float x, nuint half)
    {
        for (nuint i = 0; i < half; i += 8)
        {
            Vector256<float> a = Vector256.LoadUnsafe(ref x, i);
            Vector256<float> b = Vector256.LoadUnsafe(ref x, half + i);
            ((a + b) * HalfRoot).StoreUnsafe(ref x, i);
            ((a - b) * HalfRoot).StoreUnsafe(ref x, half + i);
        }
    }

    /// <summary>The transform without its factor; <paramref name="length"/> is a power of two from 64 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(ref float x, nuint length)
    {
        nuint stride = length / 2;
        for (; stride >= 32; stride /= 4)
        {
            nuint half = stride / 2;
            for (nuint block = 0; block < length; block += 2 * stride)
            {
                for (nuint i = block; i < block + half; i += 16)
                {
                    Vector512<float> a = Vector512.LoadUnsafe(ref x, i), b = Vector512.LoadUnsafe(ref x, i + half);
                    Vector512<float> c = Vector512.LoadUnsafe(ref x, i + stride), d = Vector512.LoadUnsafe(ref x, i + stride + half);
                    Vector512<float> ac = a + c, bd = b + d, ca = a - c, db = b - d;
                    (ac + bd).StoreUnsafe(ref x, i);
                    (ac - bd).StoreUnsafe(ref x, i + half);
                    (ca + db).StoreUnsafe(ref x, i + stride);
                    (ca - db).StoreUnsafe(ref x, i + stride + half);
                }
            }
        }
        if (stride == 16)
        {
            for (nuint i = 0; i < length; i += 32)
            {
                Vector512<float> a = Vector512.LoadUnsafe(ref x, i), b = Vector512.LoadUnsafe(ref x, i + 16);
                (a + b).StoreUnsafe(ref x, i);
                (a - b).StoreUnsafe(ref x, i + 16);
            }
        }
        for (nuint i = 0; i < length; i += 16)
        {
            Vector128<float> a = Vector128.LoadUnsafe(ref x, i), b = Vector128.LoadUnsafe(ref x, i + 4);
            Vector128<float> c = Vector128.LoadUnsafe(ref x, i + 8), d = Vector128.LoadUnsafe(ref x, i + 12);
            Vector128<float> ac = a + c, bd = b + d, ca = a - c, db = b - d;
            Small(ac + bd).StoreUnsafe(ref x, i);
            Small(ac - bd).StoreUnsafe(ref x, i + 4);
            Small(ca + db).StoreUnsafe(ref x, i + 8);
            Small(ca - db).StoreUnsafe(ref x, i + 12);
        }
    }

    /// <summary>The transform of four values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Small(Vector128<float> v)
    {
        v = Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)) + (v ^ Vector128.Create(0f, 0f, -0f, -0f));
        return Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2)) + (v ^ Vector128.Create(0f, -0f, 0f, -0f));
    }
}
