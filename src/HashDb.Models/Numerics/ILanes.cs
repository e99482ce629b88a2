// One register of float32 values and the four operations of the projection kernel. Every implementation rounds once per
// fused multiply-add, as IEEE 754 prescribes, in hardware or in software; so the kernel gives the same bits with each.
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace HashDb.Models.Numerics;

/// <summary>Operations on one register.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>float32 values in a register.</summary>
    static abstract int Count { get; }

    /// <summary>
    /// Registers of output columns that one tile has, 1 or 2: eight rows need eight times as many accumulators, which must
    /// stay in registers, and x86 has sixteen below 512 bits.
    /// </summary>
    static abstract int RegistersPerTile { get; }

    /// <summary>Reads a register from any address.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes a register to any address.</summary>
    static abstract void Store(TVector value, float* destination);

    /// <summary>The value in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary><c>left * right + addend</c>, rounded once.</summary>
    static abstract TVector FusedMultiplyAdd(TVector left, TVector right, TVector addend);
}

/// <summary>512-bit registers.</summary>
internal unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => 16;

    public static int RegistersPerTile => 2;

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    public static Vector512<float> FusedMultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);
}

/// <summary>256-bit registers.</summary>
internal unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => 8;

    public static int RegistersPerTile => 1;

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    public static Vector256<float> FusedMultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);
}

/// <summary>128-bit registers.</summary>
internal unsafe struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Count => 4;

    public static int RegistersPerTile => AdvSimd.IsSupported ? 2 : 1;

    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    public static Vector128<float> FusedMultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.FusedMultiplyAdd(left, right, addend);
}

/// <summary>One value at a time.</summary>
internal unsafe struct LanesScalar : ILanes<float>
{
    public static int Count => 1;

    public static int RegistersPerTile => 1;

    public static float Load(float* source) => *source;

    public static void Store(float value, float* destination) => *destination = value;

    public static float Broadcast(float value) => value;

    public static float FusedMultiplyAdd(float left, float right, float addend) => MathF.FusedMultiplyAdd(left, right, addend);
}
