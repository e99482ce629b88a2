using HashDb.Models;

namespace HashDb.Checks;

/// <summary>What the hashcodes of a probe must be.</summary>
public static class HashcodeChecks
{
    /// <summary>Checks their number, their length, and that no bit is set behind the last one of each.</summary>
    /// <param name="hashcodes">Packed, <c>count * tableCount * ceil(bitCount / 8)</c> bytes.</param>
    /// <param name="count">How many there are said to be.</param>
    /// <param name="bitCount">Bits of the collection's hashcodes.</param>
    /// <param name="tableCount">Its hash tables.</param>
    /// <exception cref="ArgumentException">They are not as they must be; names the hashcode and the limit.</exception>
    public static void Check(ReadOnlySpan<byte> hashcodes, int count, int bitCount, int tableCount)
    {
        CheckCount(count);
        int codeBytes = HashcodeMath.ByteCount(bitCount);
        if (hashcodes.Length != (long)count * tableCount * codeBytes)
            throw new ArgumentException(
                $"{count} hashcodes were given in {hashcodes.Length} bytes; the collection's take {tableCount * codeBytes} bytes each "
                + $"({bitCount} bits, {tableCount} tables), {(long)count * tableCount * codeBytes} together.",
                nameof(hashcodes));
        int used = bitCount & 7;
        if (used == 0)
            return;
        for (int end = codeBytes; end <= hashcodes.Length; end += codeBytes)
        {
            if (hashcodes[end - 1] >> used != 0)
                throw new ArgumentException(
                    $"Hashcode {(end / codeBytes - 1) / tableCount} has bits set behind bit {bitCount - 1}, the last one of the "
                    + "collection's.",
                    nameof(hashcodes));
        }
    }

    /// <summary>Checks how many hashcodes there are.</summary>
    /// <exception cref="ArgumentException">They are negative, or too many.</exception>
    public static void CheckCount(int count)
    {
        if (count is < 0 or > StorageLimits.MaxQueryBatch)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"{count} hashcodes were given; one call takes 0 to {StorageLimits.MaxQueryBatch}. Split them.");
    }

    /// <summary>The error of an answer that is too long.</summary>
    public static HashDbException TooManyHits() => new(
        HashDbErrorCode.LimitExceeded,
        $"More than {StorageLimits.MaxProbeHits} hits lie within the radius of the hashcodes together. Give fewer hashcodes or a smaller "
        + "radius.");
}
