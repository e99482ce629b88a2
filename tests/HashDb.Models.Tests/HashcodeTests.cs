using FsCheck;
using FsCheck.Fluent;

namespace HashDb.Models.Tests;

public sealed class HashcodeTests
{
    private static readonly Gen<Hashcode> AnyHashcode =
        from bits in Gen.Choose(Hashcode.MinBitCount, Hashcode.MaxBitCount)
        from seed in Gen.Choose(0, int.MaxValue)
        select Random(bits, seed);

    [Fact]
    public void Hashcode_survives_bytes_and_text() =>
        Prop.ForAll(AnyHashcode.ToArbitrary(), code =>
            Hashcode.FromBytes(code.ToBytes(), code.BitCount) == code
            && Hashcode.Parse(code.ToString()) == code
            && Hashcode.Parse(code.ToString()).GetHashCode() == code.GetHashCode()).QuickCheckThrowOnFailure();

    [Fact]
    public void Flipping_a_bit_moves_by_one_and_back() =>
        Prop.ForAll(AnyHashcode.ToArbitrary(), code =>
        {
            for (int bit = 0; bit < code.BitCount; bit++)
            {
                Hashcode flipped = code.Flip(bit);
                if (flipped == code || flipped[bit] == code[bit] || flipped.HammingDistance(code) != 1 || flipped.Flip(bit) != code)
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Distance_counts_the_bits_that_differ() =>
        Prop.ForAll(AnyHashcode.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (left, seed) =>
        {
            Hashcode right = Random(left.BitCount, seed);
            int expected = Enumerable.Range(0, left.BitCount).Count(bit => left[bit] != right[bit]);
            return left.HammingDistance(right) == expected
                && HashcodeMath.HammingDistance(left.ToBytes(), right.ToBytes()) == expected
                && left.PopCount == Enumerable.Range(0, left.BitCount).Count(bit => left[bit]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bit_i_is_bit_i_mod_8_of_byte_i_div_8()
    {
        Hashcode code = Hashcode.FromBytes([0b0000_0001, 0b0000_1000], 12);
        Enumerable.Range(0, 12).Where(bit => code[bit]).ShouldBe([0, 11]);
        code.ToString().ShouldBe("12:0108");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(513)]
    [InlineData(0)]
    [InlineData(-8)]
    public void Length_out_of_range_is_refused(int bitCount) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Hashcode.FromBytes(new byte[64], bitCount));

    [Fact]
    public void Bits_above_the_length_are_refused() =>
        Should.Throw<ArgumentException>(() => Hashcode.FromBytes([0xff, 0x10], 12)).Message.ShouldContain("bit 11");

    [Fact]
    public void Wrong_number_of_bytes_is_refused()
    {
        Should.Throw<ArgumentException>(() => Hashcode.FromBytes([1], 12));
        Should.Throw<ArgumentException>(() => Hashcode.FromBytes([1, 2, 3], 12));
    }

    [Fact]
    public void Bit_out_of_range_is_refused()
    {
        Hashcode code = Hashcode.FromBytes([1, 2], 12);
        Should.Throw<ArgumentOutOfRangeException>(() => code[12]);
        Should.Throw<ArgumentOutOfRangeException>(() => code[-1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12:01")]
    [InlineData("12:01080")]
    [InlineData("12:01f0")]
    [InlineData("7:01")]
    [InlineData("+8:01")]
    [InlineData("8:0g")]
    [InlineData("99999999999:00")]
    public void Text_that_is_no_hashcode_is_refused(string text) => Should.Throw<FormatException>(() => Hashcode.Parse(text));

    [Fact]
    public void Codes_of_different_length_have_no_distance_and_differ()
    {
        Hashcode eight = Hashcode.FromBytes([0], 8), nine = Hashcode.FromBytes([0, 0], 9);
        (eight == nine).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => eight.HammingDistance(nine));
        Should.Throw<ArgumentException>(() => HashcodeMath.HammingDistance([0], [0, 0]));
    }

    private static Hashcode Random(int bitCount, int seed)
    {
        byte[] bytes = new byte[HashcodeMath.ByteCount(bitCount)];
        new Random(seed).NextBytes(bytes);
        if ((bitCount & 7) != 0)
            bytes[^1] &= (byte)((1 << (bitCount & 7)) - 1);
        return Hashcode.FromBytes(bytes, bitCount);
    }
}
