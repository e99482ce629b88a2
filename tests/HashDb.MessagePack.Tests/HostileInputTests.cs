using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using HashDb.MessagePack.Tests.Support;

namespace HashDb.MessagePack.Tests;

public sealed class HostileInputTests
{
    [Fact]
    public void Random_document_round_trips_split_at_every_position()
    {
        Prop.ForAll((int seed) =>
        {
            object? document = DocumentGenerator.Next(seed);
            string expected = Document.Describe(document);
            byte[] bytes = Document.Encode(document);
            MessagePackValidation.EnsureOneValue(bytes);
            Document.Describe(Document.Decode(new ReadOnlySequence<byte>(bytes))).ShouldBe(expected);
            Document.Describe(Document.Decode(Bytes.SplitEverywhere(bytes))).ShouldBe(expected);
            int step = Math.Max(1, bytes.Length / 200);
            for (int split = 0; split <= bytes.Length; split += step)
            {
                ReadOnlySequence<byte> sequence = Bytes.Split(bytes, split);
                Document.Describe(Document.Decode(sequence)).ShouldBe(expected, $"seed {seed}, split {split}");
                MessagePackReader skipping = new(sequence);
                skipping.ReadRaw().ToArray().ShouldBe(bytes);
                skipping.End.ShouldBeTrue();
                MessagePackValidation.IsOneValue(sequence).ShouldBeTrue();
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_truncation_throws_the_typed_exception()
    {
        Prop.ForAll((int seed) =>
        {
            byte[] bytes = Document.Encode(DocumentGenerator.Next(seed));
            int step = Math.Max(1, bytes.Length / 200);
            for (int length = 0; length < bytes.Length; length += step)
            {
                byte[] cut = bytes[..length];
                foreach (ReadOnlySequence<byte> sequence in (ReadOnlySequence<byte>[])[new(cut), Bytes.Split(cut, length / 2),
                Bytes.SplitEverywhere(cut)])
                {
                    Should.Throw<MessagePackSerializationException>(() => Document.Decode(sequence));
                    MessagePackReader reader = new(sequence);
                    bool threw = false;
                    try
                    {
                        reader.Skip();
                    }
                    catch (MessagePackSerializationException)
                    {
                        threw = true;
                    }

                    threw.ShouldBeTrue($"seed {seed}, cut to {length}");
                    reader.Consumed.ShouldBe(0);
                    MessagePackValidation.IsOneValue(sequence).ShouldBeFalse();
                    Should.Throw<MessagePackSerializationException>(() => MessagePackValidation.EnsureOneValue(sequence));
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Mutated_document_is_read_or_refused_alike_by_reading_skipping_and_validating()
    {
        int refused = 0;
        int accepted = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            Random random = new(seed);
            byte[] bytes = Document.Encode(DocumentGenerator.Next(random, 4));
            for (int edits = random.Next(1, 4); edits > 0 && bytes.Length > 0; edits--)
                bytes = Mutate(random, bytes);
            ReadOnlySequence<byte> sequence = random.Next(2) == 0 ? new(bytes) : Bytes.Split(bytes, random.Next(bytes.Length + 1));
            bool read = Try(() => Document.Decode(sequence));
            bool valid = MessagePackValidation.IsOneValue(sequence);
            valid.ShouldBe(read, $"seed {seed}: {Bytes.ToHex(bytes)}");
            Try(() => MessagePackValidation.EnsureOneValue(sequence)).ShouldBe(valid, $"seed {seed}");
            if (valid)
                Try(() => new MessagePackReader(sequence).Skip()).ShouldBeTrue();
            _ = read ? accepted++ : refused++;
        }

        accepted.ShouldBeGreaterThan(500);
        refused.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Every_read_method_on_random_bytes_throws_nothing_but_the_typed_exception()
    {
        Bytes.ReadFunc<object?>[] methods =
        [
            static (ref MessagePackReader r) => r.ReadByte(), static (ref MessagePackReader r) => r.ReadSByte(),
            static (ref MessagePackReader r) => r.ReadUInt16(), static (ref MessagePackReader r) => r.ReadInt16(),
            static (ref MessagePackReader r) => r.ReadUInt32(), static (ref MessagePackReader r) => r.ReadInt32(),
            static (ref MessagePackReader r) => r.ReadUInt64(), static (ref MessagePackReader r) => r.ReadInt64(),
            static (ref MessagePackReader r) => r.ReadChar(), static (ref MessagePackReader r) => r.ReadNil(),
            static (ref MessagePackReader r) => r.ReadBoolean(), static (ref MessagePackReader r) => r.ReadSingle(),
            static (ref MessagePackReader r) => r.ReadDouble(), static (ref MessagePackReader r) => r.ReadString(),
            static (ref MessagePackReader r) => r.ReadStringSequence(), static (ref MessagePackReader r) => r.TryReadStringSpan(out _),
            static (ref MessagePackReader r) => r.ReadBytes(), static (ref MessagePackReader r) => r.ReadArrayHeader(),
            static (ref MessagePackReader r) => r.ReadMapHeader(), static (ref MessagePackReader r) => r.TryReadArrayHeader(out _),
            static (ref MessagePackReader r) => r.TryReadMapHeader(out _), static (ref MessagePackReader r) => r.ReadExtensionFormat(),
            static (ref MessagePackReader r) =>
                r.ReadExtensionFormatHeader(), static (ref MessagePackReader r) => r.TryReadExtensionFormatHeader(out _),
            static (ref MessagePackReader r) => r.ReadDateTime(), static (ref MessagePackReader r) => r.ReadRaw(),
            static (ref MessagePackReader r) => r.TryReadNil(), static (ref MessagePackReader r) => r.NextMessagePackType,
        ];
        for (int seed = 0; seed < 20_000; seed++)
        {
            Random random = new(seed);
            byte[] bytes = new byte[random.Next(24)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
                bytes[0] = (byte)seed;
            ReadOnlySequence<byte> sequence = random.Next(2) == 0 ? new(bytes) : Bytes.SplitEverywhere(bytes);
            foreach (Bytes.ReadFunc<object?> method in methods)
            {
                MessagePackReader reader = new(sequence);
                try
                {
                    method(ref reader);
                    reader.Consumed.ShouldBeLessThanOrEqualTo(bytes.Length);
                }
                catch (MessagePackSerializationException)
                {
                    reader.Consumed.ShouldBe(0, "a failed read does not move");
                }
            }
        }
    }

    [Theory]
    [InlineData("dd00ffffff", "16777215")]
    [InlineData("ddffffffff", "4294967295")]
    [InlineData("dd01000001", "16777217")]
    [InlineData("dc000101", null)]
    [InlineData("dc000201", "2")]
    [InlineData("9201", "2")]
    public void Array_of_more_elements_than_bytes_remain_is_refused(string hex, string? named) =>
        CheckHeader(hex, named, static (ref MessagePackReader r) => r.ReadArrayHeader());

    [Theory]
    [InlineData("df00ffffff", "16777215")]
    [InlineData("dfffffffff", "4294967295")]
    [InlineData("df01000001", "16777217")]
    [InlineData("de00010101", null)]
    [InlineData("de000101", "1")]
    [InlineData("82010203", "2")]
    public void Map_of_more_pairs_than_bytes_remain_is_refused(string hex, string? named) =>
        CheckHeader(hex, named, static (ref MessagePackReader r) => r.ReadMapHeader());

    [Fact]
    public void Try_header_waits_for_its_bytes_and_checks_the_limit_only()
    {
        MessagePackReader cut = new(Bytes.FromHex("dc00"));
        cut.TryReadArrayHeader(out _).ShouldBeFalse();
        cut.Consumed.ShouldBe(0);
        MessagePackReader arriving = new(Bytes.FromHex("dc0010"));
        arriving.TryReadArrayHeader(out int count).ShouldBeTrue();
        count.ShouldBe(16);
        new MessagePackReader(Bytes.FromHex("df0000")).TryReadMapHeader(out _).ShouldBeFalse();
        new MessagePackReader(Bytes.FromHex("c805")).TryReadExtensionFormatHeader(out _).ShouldBeFalse();
        MessagePackReader extension = new(Bytes.FromHex("c8050007"));
        extension.TryReadExtensionFormatHeader(out ExtensionHeader header).ShouldBeTrue();
        header.ShouldBe(new ExtensionHeader(7, 0x500u));
        Should.Throw<MessagePackSerializationException>(() => new MessagePackReader(Bytes.FromHex("ddffffffff")).TryReadArrayHeader(out _));
        Should.Throw<MessagePackSerializationException>(() => new MessagePackReader(Bytes.FromHex("dfffffffff")).TryReadMapHeader(out _));
        new MessagePackReader(ReadOnlyMemory<byte>.Empty).TryReadArrayHeader(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("dbffffffff61")]
    [InlineData("c6ffffffff61")]
    [InlineData("c9ffffffff0161")]
    [InlineData("db7fffffff61")]
    public void Length_beyond_the_input_is_refused_before_memory_is_taken(string hex)
    {
        byte[] bytes = Bytes.FromHex(hex);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++)
        {
            Should.Throw<MessagePackSerializationException>(() => Document.Decode(new ReadOnlySequence<byte>(bytes)));
            Should.Throw<MessagePackSerializationException>(() => Document.Decode(Bytes.SplitEverywhere(bytes)));
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000_000);
    }

    [Fact]
    public void Nesting_is_refused_beyond_the_limit_and_taken_at_it()
    {
        foreach (byte code in (byte[])[0x91, 0x81])
        {
            byte[] Nested(int depth) => code == 0x91
                ? [.. Enumerable.Repeat(code, depth), 0xc0]
                : [.. Enumerable.Range(0, 2 * depth).Select(i => i % 2 == 0 ? code : (byte)0x01), 0xc0];

            MessagePackValidation.EnsureOneValue(Nested(MessagePackLimits.MaxDepth));
            new MessagePackReader(Nested(MessagePackLimits.MaxDepth)).Skip();
            Document.Decode(new ReadOnlySequence<byte>(Nested(MessagePackLimits.MaxDepth)));
            foreach (int depth in (int[])[MessagePackLimits.MaxDepth + 1, 1_000_000])
            {
                byte[] bytes = Nested(depth);
                Should.Throw<MessagePackSerializationException>(() => new MessagePackReader(bytes).Skip()).Message.ShouldContain("64");
                Should.Throw<MessagePackSerializationException>(() => Document.Decode(new ReadOnlySequence<byte>(bytes)));
                MessagePackValidation.IsOneValue(bytes).ShouldBeFalse();
            }

            MessagePackValidation.IsOneValue(Nested(3), maxDepth: 3).ShouldBeTrue();
            MessagePackValidation.IsOneValue(Nested(4), maxDepth: 3).ShouldBeFalse();
        }

        MessagePackValidation.IsOneValue(new byte[] { 1 }, maxDepth: 0).ShouldBeTrue();
        MessagePackValidation.IsOneValue(new byte[] { 0x90 }, maxDepth: 0).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => MessagePackValidation.IsOneValue(new byte[] { 1 }, maxDepth: 65));
        Should.Throw<ArgumentOutOfRangeException>(() => MessagePackValidation.EnsureOneMap(new byte[] { 1 }, maxDepth: -1));
    }

    [Fact]
    public void Skip_counts_from_the_depth_of_the_reader()
    {
        byte[] bytes = [0x91, 0x91, 0xc0];
        MessagePackReader reader = new(bytes) { Depth = MessagePackLimits.MaxDepth - 2 };
        reader.Skip();
        Should.Throw<MessagePackSerializationException>(
            () => new MessagePackReader(bytes) { Depth = MessagePackLimits.MaxDepth - 1 }.Skip());
        Should.Throw<MessagePackSerializationException>(
            () => new MessagePackReader(bytes) { Depth = MessagePackLimits.MaxDepth + 1 }.Skip());
        Should.Throw<ArgumentOutOfRangeException>(() => new MessagePackReader(bytes) { Depth = -1 }.Skip());
    }

    [Fact]
    public void Reserved_code_is_refused_wherever_it_stands()
    {
        foreach (string hex in (string[])["c1", "91c1", "81c101", "8101c1", "9201c1"])
        {
            byte[] bytes = Bytes.FromHex(hex);
            Should.Throw<MessagePackSerializationException>(() => new MessagePackReader(bytes).Skip()).Message.ShouldContain("0xC1");
            Should.Throw<MessagePackSerializationException>(
                () => MessagePackValidation.EnsureOneValue(bytes)).Message.ShouldContain("0xC1");
            MessagePackValidation.IsOneValue(bytes).ShouldBeFalse();
        }
    }

    [Fact]
    public void Validation_refuses_trailing_bytes_and_values_that_are_no_map()
    {
        MessagePackValidation.IsOneMap(Bytes.FromHex("810102")).ShouldBeTrue();
        MessagePackValidation.EnsureOneMap(Bytes.FromHex("810102"));
        MessagePackValidation.IsOneMap(Bytes.FromHex("9101")).ShouldBeFalse();
        MessagePackValidation.IsOneMap(Bytes.FromHex("81010203")).ShouldBeFalse();
        MessagePackValidation.IsOneMap(ReadOnlyMemory<byte>.Empty).ShouldBeFalse();
        Should.Throw<MessagePackSerializationException>(
            () => MessagePackValidation.EnsureOneMap(Bytes.FromHex("9101"))).Message.ShouldContain("map");
        Should.Throw<MessagePackSerializationException>(
            () => MessagePackValidation.EnsureOneMap(Bytes.FromHex("81010203"))).Message.ShouldContain("1 bytes follow");
        Should.Throw<MessagePackSerializationException>(() => MessagePackValidation.EnsureOneMap(ReadOnlyMemory<byte>.Empty));
        Should.Throw<MessagePackSerializationException>(() => MessagePackValidation.EnsureOneValue(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void Reading_numbers_and_spans_allocates_nothing()
    {
        byte[] bytes = Bytes.Write(static (ref MessagePackWriter w) =>
        {
            w.WriteMapHeader(2);
            w.WriteString("key"u8);
            w.Write(123456);
            w.WriteString("vector"u8);
            w.WriteArrayHeader(3);
            w.Write(1.5f);
            w.Write(2.5d);
            w.Write(new byte[100].AsSpan());
        });
        ArrayBufferWriter<byte> output = new(4096);
        long Run()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                MessagePackValidation.EnsureOneMap(bytes);
                MessagePackReader reader = new(bytes);
                int count = reader.ReadMapHeader();
                reader.TryReadStringSpan(out ReadOnlySpan<byte> key);
                int number = reader.ReadInt32();
                reader.TryReadStringSpan(out ReadOnlySpan<byte> second);
                reader.ReadArrayHeader();
                float single = reader.ReadSingle();
                double twice = reader.ReadDouble();
                ReadOnlySequence<byte>? body = reader.ReadBytes();
                output.ResetWrittenCount();
                MessagePackWriter writer = new(output);
                writer.WriteMapHeader(count);
                writer.WriteString(key);
                writer.Write(number);
                writer.WriteString(second);
                writer.Write(single);
                writer.Write(twice);
                writer.Write(body!.Value);
                writer.Write("text");
                writer.Flush();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run();
        Run().ShouldBe(0);
    }

    private static void CheckHeader(string hex, string? named, Bytes.ReadFunc<int> read)
    {
        foreach (ReadOnlySequence<byte> sequence in (ReadOnlySequence<byte>[])[new(Bytes.FromHex(hex)),
        Bytes.SplitEverywhere(Bytes.FromHex(hex))])
        {
            MessagePackReader reader = new(sequence);
            string? message = null;
            try
            {
                read(ref reader).ShouldBe(1);
            }
            catch (MessagePackSerializationException e)
            {
                message = e.Message;
                reader.Consumed.ShouldBe(0);
                Should.Throw<MessagePackSerializationException>(() => new MessagePackReader(sequence).Skip());
            }

            if (named is null)
                message.ShouldBeNull();
            else
                message.ShouldNotBeNull().ShouldContain(named);
        }
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length);
        byte[] changed = [.. bytes];
        switch (random.Next(5))
        {
            case 0:
                changed[at] ^= (byte)(1 << random.Next(8));
                return changed;
            case 1:
                changed[at] = (byte)random.Next(256);
                return changed;
            case 2:
                return [.. bytes[..at], .. bytes[(at + 1)..]];
            case 3:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            default:
                return bytes[..at];
        }
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (MessagePackSerializationException)
        {
            return false;
        }
    }
}
