using System.Buffers;
using System.Globalization;
using System.Text;
using HashDb.Abstractions.Tests.Support;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Abstractions.Tests.Serialization;

public sealed class StrictMessagePackReaderTests
{
    [Theory]
    [InlineData("7f", "127")]
    [InlineData("cc7f", "127")]
    [InlineData("cd007f", "127")]
    [InlineData("ce0000007f", "127")]
    [InlineData("cf000000000000007f", "127")]
    [InlineData("d07f", "127")]
    [InlineData("d1007f", "127")]
    [InlineData("d20000007f", "127")]
    [InlineData("d3000000000000007f", "127")]
    [InlineData("cc80", "128")]
    [InlineData("ccff", "255")]
    [InlineData("cd0100", "256")]
    [InlineData("d17fff", "32767")]
    [InlineData("cd8000", "32768")]
    [InlineData("cdffff", "65535")]
    [InlineData("ce00010000", "65536")]
    [InlineData("d27fffffff", "2147483647")]
    [InlineData("ce80000000", "2147483648")]
    [InlineData("ceffffffff", "4294967295")]
    [InlineData("cf0000000100000000", "4294967296")]
    [InlineData("d37fffffffffffffff", "9223372036854775807")]
    [InlineData("cf8000000000000000", "9223372036854775808")]
    [InlineData("cfffffffffffffffff", "18446744073709551615")]
    [InlineData("ff", "-1")]
    [InlineData("d0ff", "-1")]
    [InlineData("d1ffff", "-1")]
    [InlineData("d2ffffffff", "-1")]
    [InlineData("d3ffffffffffffffff", "-1")]
    [InlineData("e0", "-32")]
    [InlineData("d080", "-128")]
    [InlineData("d1ff7f", "-129")]
    [InlineData("d18000", "-32768")]
    [InlineData("d2ffff7fff", "-32769")]
    [InlineData("d280000000", "-2147483648")]
    [InlineData("d3ffffffff7fffffff", "-2147483649")]
    [InlineData("d38000000000000000", "-9223372036854775808")]
    public void Read_integer_takes_every_encoding_that_fits_and_refuses_the_rest(string hex, string expected)
    {
        Int128 number = Int128.Parse(expected, CultureInfo.InvariantCulture);
        void Check<T>(Int128 min, Int128 max, Bytes.ReadFunc<T> read)
            where T : IConvertible
        {
            if (number >= min && number <= max)
                Int128.Parse(Bytes.Read(hex, read).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ShouldBe(number);
            else
                Should.Throw<MessagePackSerializationException>(() => Bytes.Read(hex, read)).Message.ShouldContain(expected);
        }

        Check(int.MinValue, int.MaxValue, static (ref StrictMessagePackReader r) => r.ReadInt32());
        Check(uint.MinValue, uint.MaxValue, static (ref StrictMessagePackReader r) => r.ReadUInt32());
        Check(long.MinValue, long.MaxValue, static (ref StrictMessagePackReader r) => r.ReadInt64());
        Check(ulong.MinValue, ulong.MaxValue, static (ref StrictMessagePackReader r) => r.ReadUInt64());
        Bytes.Read(hex, static (ref StrictMessagePackReader r) => r.ReadDouble()).ShouldBe((double)number);
        Bytes.Read(hex, static (ref StrictMessagePackReader r) => r.ReadSingle()).ShouldBe((float)number);
    }

    [Fact]
    public void Read_floats_widens_exactly_and_rounds_to_nearest()
    {
        Bytes.Read("ca3dcccccd", static (ref StrictMessagePackReader r) => r.ReadSingle()).ShouldBe(0.1f);
        Bytes.Read("ca3dcccccd", static (ref StrictMessagePackReader r) => r.ReadDouble()).ShouldBe((double)0.1f);
        Bytes.Read("cb3fb999999999999a", static (ref StrictMessagePackReader r) => r.ReadDouble()).ShouldBe(0.1d);
        Bytes.Read("cb3fb999999999999a", static (ref StrictMessagePackReader r) => r.ReadSingle()).ShouldBe(0.1f);
        Bytes.Read("cb7ff0000000000000", static (ref StrictMessagePackReader r) => r.ReadSingle()).ShouldBe(float.PositiveInfinity);
        Bytes.Read("cb7ff8000000000000", static (ref StrictMessagePackReader r) => r.ReadSingle()).ShouldBe(float.NaN);
        Should.Throw<MessagePackSerializationException>(
            () => Bytes.Read("cb47f0000000000000", static (ref StrictMessagePackReader r) => r.ReadSingle()));
    }

    [Fact]
    public void Read_of_another_type_throws_and_does_not_move()
    {
        // One value of each family; each read method must refuse all families that are not its own.
        (MessagePackType Type, string Hex)[] samples =
        [
            (MessagePackType.Integer, "05"), (MessagePackType.Nil, "c0"), (MessagePackType.Boolean, "c3"), (
                MessagePackType.Float, "ca3f800000"),
            (MessagePackType.String, "a161"), (
                MessagePackType.Binary, "c40161"), (MessagePackType.Array, "9101"), (MessagePackType.Map, "810102"),
            (MessagePackType.Extension, "d40101"), (MessagePackType.Unknown, "c1"),
        ];
        (MessagePackType[] Accepts, Bytes.ReadFunc<object?> Read)[] readers =
        [
            ([MessagePackType.Boolean], static (ref StrictMessagePackReader r) => r.ReadBoolean()),
            ([MessagePackType.Integer], static (ref StrictMessagePackReader r) => r.ReadInt32()),
            ([MessagePackType.Integer], static (ref StrictMessagePackReader r) => r.ReadUInt64()),
            ([MessagePackType.Integer, MessagePackType.Float], static (ref StrictMessagePackReader r) => r.ReadSingle()),
            ([MessagePackType.Integer, MessagePackType.Float], static (ref StrictMessagePackReader r) => r.ReadDouble()),
            ([MessagePackType.String, MessagePackType.Nil], static (ref StrictMessagePackReader r) => r.ReadString()),
            ([MessagePackType.String, MessagePackType.Nil], static (ref StrictMessagePackReader r) => r.ReadStringSequence()),
            ([MessagePackType.Binary, MessagePackType.Nil], static (ref StrictMessagePackReader r) => r.ReadBytes()),
            ([MessagePackType.Array], static (ref StrictMessagePackReader r) => r.ReadArrayHeader()),
            ([MessagePackType.Map], static (ref StrictMessagePackReader r) => r.ReadMapHeader()),
        ];
        for (int i = 0; i < readers.Length; i++)
        {
            foreach ((MessagePackType type, string hex) in samples)
            {
                StrictMessagePackReader reader = new(Bytes.FromHex(hex));
                if (type != MessagePackType.Unknown)
                    reader.NextMessagePackType.ShouldBe(type);
                bool threw = false;
                try
                {
                    readers[i].Read(ref reader);
                }
                catch (MessagePackSerializationException)
                {
                    threw = true;
                    reader.Consumed.ShouldBe(0);
                }

                threw.ShouldBe(!readers[i].Accepts.Contains(type), $"reader {i} on {type}");
            }
        }
    }

    [Fact]
    public void Read_strings_and_binaries_at_every_header_size()
    {
        foreach (int length in (int[])[0, 1, 31, 32, 255, 256, 65535, 65536])
        {
            string text = new('é', length / 2);
            byte[] encoded = Bytes.Write((ref MessagePackWriter w) => w.Write(text));
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            Bytes.Read(encoded, static (ref StrictMessagePackReader r) => r.ReadString()).ShouldBe(text);
            Bytes.Read(encoded, static (ref StrictMessagePackReader r) => r.ReadStringSequence()!.Value.ToArray()).ShouldBe(utf8);
            byte[] binary = Bytes.Write((ref MessagePackWriter w) => w.Write(utf8));
            Bytes.Read(binary, static (ref StrictMessagePackReader r) => r.ReadBytes()!.Value.ToArray()).ShouldBe(utf8);
        }

        Bytes.Read("c0", static (ref StrictMessagePackReader r) => r.ReadString()).ShouldBeNull();
        Bytes.Read("c0", static (ref StrictMessagePackReader r) => r.ReadStringSequence()).ShouldBeNull();
        Bytes.Read("c0", static (ref StrictMessagePackReader r) => r.ReadBytes()).ShouldBeNull();
        Bytes.Read("d903616263", static (ref StrictMessagePackReader r) => r.ReadString()).ShouldBe("abc");
        Bytes.Read("da0003616263", static (ref StrictMessagePackReader r) => r.ReadString()).ShouldBe("abc");
        Bytes.Read("db00000003616263", static (ref StrictMessagePackReader r) => r.ReadString()).ShouldBe("abc");
    }

    [Theory]
    [InlineData("a1ff")]
    [InlineData("a180")]
    [InlineData("a2c080")]
    [InlineData("a3eda080")]
    [InlineData("a4f4908080")]
    [InlineData("a2e6bc")]
    [InlineData("a461e6bc61")]
    public void Read_string_that_is_not_utf8_throws_however_it_is_split(string hex)
    {
        byte[] bytes = Bytes.FromHex(hex);
        for (int split = 0; split <= bytes.Length; split++)
        {
            ReadOnlySequence<byte> sequence = split == bytes.Length ? Bytes.SplitEverywhere(bytes) : Bytes.Split(bytes, split);
            Should.Throw<MessagePackSerializationException>(
                () => new StrictMessagePackReader(sequence).ReadString()).Message.ShouldContain("UTF-8");
            Should.Throw<MessagePackSerializationException>(() => new StrictMessagePackReader(sequence).ReadStringSequence());
            Should.Throw<MessagePackSerializationException>(
                () => StrictMessagePackReader.EnsureOneValue(sequence)).Message.ShouldContain("UTF-8");
            StrictMessagePackReader skipping = new(sequence);
            skipping.Skip();
            skipping.End.ShouldBeTrue("skipping does not look at text");
        }
    }
}
