using System.Buffers;
using System.Globalization;
using HashDb.Abstractions.Tests.Support;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Abstractions.Tests.Serialization;

public sealed class MessagePackWriterTests
{
    [Theory]
    [InlineData("0", "00")]
    [InlineData("127", "7f")]
    [InlineData("128", "cc 80")]
    [InlineData("255", "cc ff")]
    [InlineData("256", "cd 0100")]
    [InlineData("65535", "cd ffff")]
    [InlineData("65536", "ce 00010000")]
    [InlineData("4294967295", "ce ffffffff")]
    [InlineData("4294967296", "cf 0000000100000000")]
    [InlineData("9223372036854775807", "cf 7fffffffffffffff")]
    [InlineData("9223372036854775808", "cf 8000000000000000")]
    [InlineData("18446744073709551615", "cf ffffffffffffffff")]
    [InlineData("-1", "ff")]
    [InlineData("-32", "e0")]
    [InlineData("-33", "d0 df")]
    [InlineData("-128", "d0 80")]
    [InlineData("-129", "d1 ff7f")]
    [InlineData("-32768", "d1 8000")]
    [InlineData("-32769", "d2 ffff7fff")]
    [InlineData("-2147483648", "d2 80000000")]
    [InlineData("-2147483649", "d3 ffffffff7fffffff")]
    [InlineData("-9223372036854775808", "d3 8000000000000000")]
    public void Write_integer_of_any_type_takes_the_smallest_encoding(string value, string hex)
    {
        Int128 number = Int128.Parse(value, CultureInfo.InvariantCulture);
        byte[] expected = Bytes.FromHex(hex);
        int written = 0;
        void Check(bool fits, Bytes.WriteAction write)
        {
            if (!fits)
                return;
            Bytes.Write(write).ShouldBe(expected);
            written++;
        }

        Check(number >= byte.MinValue && number <= byte.MaxValue, (ref MessagePackWriter w) => w.Write((byte)number));
        Check(number >= sbyte.MinValue && number <= sbyte.MaxValue, (ref MessagePackWriter w) => w.Write((sbyte)number));
        Check(number >= short.MinValue && number <= short.MaxValue, (ref MessagePackWriter w) => w.Write((short)number));
        Check(number >= ushort.MinValue && number <= ushort.MaxValue, (ref MessagePackWriter w) => w.Write((ushort)number));
        Check(number >= char.MinValue && number <= char.MaxValue, (ref MessagePackWriter w) => w.Write((char)number));
        Check(number >= int.MinValue && number <= int.MaxValue, (ref MessagePackWriter w) => w.Write((int)number));
        Check(number >= uint.MinValue && number <= uint.MaxValue, (ref MessagePackWriter w) => w.Write((uint)number));
        Check(number >= long.MinValue && number <= long.MaxValue, (ref MessagePackWriter w) => w.Write((long)number));
        Check(number >= ulong.MinValue && number <= ulong.MaxValue, (ref MessagePackWriter w) => w.Write((ulong)number));
        written.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Write_nil_booleans_and_floats_gives_the_specified_bytes()
    {
        Bytes.ToHex(Bytes.Write(static (ref MessagePackWriter w) =>
        {
            w.WriteNil();
            w.Write(false);
            w.Write(true);
            w.Write(1.5f);
            w.Write(-2.25d);
            w.Write((string?)null);
            w.Write((byte[]?)null);
        })).ShouldBe("c0c2c3ca3fc00000cbc002000000000000c0c0");
    }

    [Theory]
    [InlineData(0, "a0")]
    [InlineData(1, "a1")]
    [InlineData(10, "aa")]
    [InlineData(11, "ab")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65535, "daffff")]
    [InlineData(65536, "db00010000")]
    public void Write_string_takes_the_smallest_header(int length, string header)
    {
        string text = new('x', length);
        byte[] utf8 = [.. Enumerable.Repeat((byte)'x', length)];
        byte[] expected = [.. Bytes.FromHex(header), .. utf8];
        Bytes.Write((ref MessagePackWriter w) => w.Write(text)).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) => w.WriteString(utf8)).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) => w.WriteString(Bytes.Split(utf8, length / 2))).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) =>
        {
            w.WriteStringHeader(length);
            w.WriteRaw(utf8);
        }).ShouldBe(expected);
    }

    [Theory]
    [InlineData(10, "be")]
    [InlineData(11, "d921")]
    [InlineData(85, "d9ff")]
    [InlineData(86, "da0102")]
    public void Write_string_counts_bytes_and_not_characters(int length, string header)
    {
        string text = new('漢', length);
        string hex = Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.Write(text)));
        hex.ShouldBe(header + string.Concat(Enumerable.Repeat("e6bca2", length)));
    }

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65535, "c5ffff")]
    [InlineData(65536, "c600010000")]
    public void Write_binary_takes_the_smallest_header(int length, string header)
    {
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);
        byte[] expected = [.. Bytes.FromHex(header), .. body];
        Bytes.Write((ref MessagePackWriter w) => w.Write(body)).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) => w.Write(body.AsSpan())).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) => w.Write(Bytes.Split(body, length / 3))).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) =>
        {
            w.WriteBinHeader(length);
            w.WriteRaw(Bytes.Split(body, length / 3));
        }).ShouldBe(expected);
        Bytes.Write((ref MessagePackWriter w) =>
        {
            w.WriteBinHeader(length);
            w.WriteBody(body);
        }).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, "90", "80")]
    [InlineData(15, "9f", "8f")]
    [InlineData(16, "dc0010", "de0010")]
    [InlineData(65535, "dcffff", "deffff")]
    [InlineData(65536, "dd00010000", "df00010000")]
    [InlineData(StrictMessagePackReader.MaxElementCount, "dd01000000", "df01000000")]
    public void Write_container_header_takes_the_smallest_encoding(int count, string array, string map)
    {
        Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.WriteArrayHeader(count))).ShouldBe(array);
        Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.WriteArrayHeader((uint)count))).ShouldBe(array);
        Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.WriteMapHeader(count))).ShouldBe(map);
        Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.WriteMapHeader((uint)count))).ShouldBe(map);
    }

    [Theory]
    [InlineData(0, "c70005")]
    [InlineData(1, "d405")]
    [InlineData(2, "d505")]
    [InlineData(3, "c70305")]
    [InlineData(4, "d605")]
    [InlineData(8, "d705")]
    [InlineData(16, "d805")]
    [InlineData(17, "c71105")]
    [InlineData(255, "c7ff05")]
    [InlineData(256, "c8010005")]
    [InlineData(65535, "c8ffff05")]
    [InlineData(65536, "c90001000005")]
    public void Write_extension_takes_the_smallest_header(int length, string header)
    {
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);
        Bytes.Write((ref MessagePackWriter w) => w.WriteExtensionFormat(new ExtensionResult(5, body)))
            .ShouldBe([.. Bytes.FromHex(header), .. body]);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "d6ff00000000")]
    [InlineData("2106-02-07T06:28:15Z", "d6ffffffffff")]
    [InlineData("2106-02-07T06:28:16Z", "d7ff0000000100000000")]
    [InlineData("1970-01-01T00:00:00.0000001Z", "d7ff0000019000000000")]
    [InlineData("2514-05-30T01:53:03Z", "d7ff00000003ffffffff")]
    [InlineData("2514-05-30T01:53:04Z", "c70cff000000000000000400000000")]
    [InlineData("1969-12-31T23:59:59Z", "c70cff00000000ffffffffffffffff")]
    [InlineData("0001-01-01T00:00:00Z", "c70cff00000000fffffff1886e0900")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "c70cff3b9ac99c0000003afff4417f")]
    public void Write_time_takes_the_smallest_timestamp_and_reads_back(string text, string hex)
    {
        DateTime time = DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.Write(time))).ShouldBe(hex);
        Bytes.ToHex(Bytes.Write((ref MessagePackWriter w) => w.Write(DateTime.SpecifyKind(time, DateTimeKind.Unspecified)))).ShouldBe(hex);
        DateTime read = new MessagePackReader(Bytes.FromHex(hex)).ReadDateTime();
        read.ShouldBe(time);
        read.Kind.ShouldBe(DateTimeKind.Utc);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Write_text_that_is_not_unicode_throws_and_writes_nothing(int length)
    {
        string text = new string('x', length - 1) + "\ud83c";
        ArrayBufferWriter<byte> output = new();
        MessagePackWriter writer = new(output);
        ArgumentException? thrown = null;
        try
        {
            writer.WriteText(text);
        }
        catch (ArgumentException e)
        {
            thrown = e;
        }

        writer.Write(7);
        writer.Flush();
        thrown.ShouldNotBeNull();
        output.WrittenSpan.ToArray().ShouldBe([7]);
    }

    [Fact]
    public void Write_to_a_buffer_writer_of_tiny_spans_gives_the_same_bytes()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            object? document = DocumentGenerator.Next(seed);
            StingyBufferWriter output = new();
            MessagePackWriter writer = new(output);
            Document.Write(ref writer, document);
            writer.Flush();
            output.Written.ToArray().ShouldBe(Document.Encode(document));
        }
    }

    [Fact]
    public void GetSpan_and_Advance_write_in_place()
    {
        Bytes.Write(static (ref MessagePackWriter w) =>
        {
            w.WriteBinHeader(3);
            w.GetSpan(3)[1] = 9;
            w.Advance(3);
            w.Write(1);
        }).ShouldBe([0xc4, 3, 0, 9, 0, 1]);
    }

    /// <summary>Gives exactly the length asked for, freshly allocated, so that nothing fits twice.</summary>
    private sealed class StingyBufferWriter : IBufferWriter<byte>
    {
        private byte[] _current = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_current.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _current = new byte[Math.Max(1, sizeHint)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
