using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;


namespace HashDb.Models.Encoding;

/// <summary>Turns function values into packed hashcodes.</summary>
internal static class SignPacker
{
    /// <summary>Packs the values of one vector.</summary>
    /// <param name="values"><c>tableCount * bitCount</c> function values.</param>
    /// <param name="tableCount">Number of tables.</param>
    /// <param name="bitCount">Bits of one code.</param>
    /// <param name="rule">Which side sets a bit. NaN sets none.</param>
    /// <param name="hashcodes">Receives <c>tableCount * ceil(bitCount / 8)</c> bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<float> values, int tableCount, int bitCount, SignRule rule, Span<byte> hashcodes)
    {
        int byteCount = (bitCount + 7) >> 3;
        for (int table = 0; table < tableCount; table++)
        {
            ReadOnlySpan<float> ofTable = values.Slice(table * bitCount, bitCount);
            Span<byte> code = hashcodes.Slice(table * byteCount, byteCount);
            int whole = bitCount >> 3;
            for (int i = 0; i < whole; i++)
            {
                Vector256<float> eight = Vector256.Create(ofTable.Slice(8 * i, 8));
                Vector256<float> mask = rule == SignRule.NonNegative
                    ? Vector256.GreaterThanOrEqual(eight, Vector256<float>.Zero)
                    : Vector256.GreaterThan(eight, Vector256<float>.Zero);
                code[i] = (byte)mask.ExtractMostSignificantBits();
            }

            if (whole < byteCount)
            {
                int last = 0;
                for (int bit = 8 * whole; bit < bitCount; bit++)
                {
                    if (rule == SignRule.NonNegative ? ofTable[bit] >= 0 : ofTable[bit] > 0)
                        last |= 1 << (bit & 7);
                }

                code[whole] = (byte)last;
            }
        }
    }
}
