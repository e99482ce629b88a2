using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using HashDb.Abstractions.Tests.Support;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Abstractions.Tests.Serialization;

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
            StrictMessagePackReader.EnsureOneValue(new ReadOnlySequence<byte>(bytes));
            Document.Describe(Document.Decode(new ReadOnlySequence<byte>(bytes))).ShouldBe(expected);
            Document.Describe(Document.Decode(Bytes.SplitEverywhere(bytes))).ShouldBe(expected);
            int step = Math.Max(1, bytes.Length / 200);
            for (int split = 0; split <= bytes.Length; split += step)
            {
                ReadOnlySequence<byte> sequence = Bytes.Split(bytes, split);
                Document.Describe(Document.Decode(sequence)).ShouldBe(expected, $"seed {seed}, split {split}");
                StrictMessagePackReader skipping = new(sequence);
                skipping.Skip();
                skipping.End.ShouldBeTrue();
                IsOneValue(sequence).ShouldBeTrue();
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
                    StrictMessagePackReader reader = new(sequence);
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
                    IsOneValue(sequence).ShouldBeFalse();
                    Should.Throw<MessagePackSerializationException>(() => StrictMessagePackReader.EnsureOneValue(sequence));
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
            bool valid = IsOneValue(sequence);
            valid.ShouldBe(read, $"seed {seed}: {Bytes.ToHex(bytes)}");
            Try(() => StrictMessagePackReader.EnsureOneValue(sequence)).ShouldBe(valid, $"seed {seed}");
            if (valid)
                Try(() => new StrictMessagePackReader(sequence).Skip()).ShouldBeTrue();
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
            static (ref StrictMessagePackReader r) => r.ReadUInt32(), static (ref StrictMessagePackReader r) => r.ReadInt32(),
            static (ref StrictMessagePackReader r) => r.ReadUInt64(), static (ref StrictMessagePackReader r) => r.ReadInt64(),
            static (ref StrictMessagePackReader r) => r.ReadBoolean(), static (ref StrictMessagePackReader r) => r.ReadSingle(),
            static (ref StrictMessagePackReader r) => r.ReadDouble(), static (ref StrictMessagePackReader r) => r.ReadString(),
            static (ref StrictMessagePackReader r) => r.ReadStringSequence(), static (ref StrictMessagePackReader r) => r.ReadBytes(),
            static (ref StrictMessagePackReader r) => r.ReadArrayHeader(), static (ref StrictMessagePackReader r) => r.ReadMapHeader(),
            static (ref StrictMessagePackReader r) => r.TryReadNil(), static (ref StrictMessagePackReader r) => r.NextMessagePackType,
            static (ref StrictMessagePackReader r) =>
            {
                r.Skip();
                return null;
            },
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
                StrictMessagePackReader reader = new(sequence);
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
        CheckHeader(hex, named, static (ref StrictMessagePackReader r) => r.ReadArrayHeader());

    [Theory]
    [InlineData("df00ffffff", "16777215")]
    [InlineData("dfffffffff", "4294967295")]
    [InlineData("df01000001", "16777217")]
    [InlineData("de00010101", null)]
    [InlineData("de000101", "1")]
    [InlineData("82010203", "2")]
    public void Map_of_more_pairs_than_bytes_remain_is_refused(string hex, string? named) =>
        CheckHeader(hex, named, static (ref StrictMessagePackReader r) => r.ReadMapHeader());

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

            StrictMessagePackReader.EnsureOneValue(new ReadOnlySequence<byte>(Nested(StrictMessagePackReader.MaxDepth)));
            new StrictMessagePackReader(Nested(StrictMessagePackReader.MaxDepth)).Skip();
            Document.Decode(new ReadOnlySequence<byte>(Nested(StrictMessagePackReader.MaxDepth)));
            foreach (int depth in (int[])[StrictMessagePackReader.MaxDepth + 1, 1_000_000])
            {
                byte[] bytes = Nested(depth);
                Should.Throw<MessagePackSerializationException>(
                    () => new StrictMessagePackReader(bytes).Skip()).Message.ShouldContain("64");
                Should.Throw<MessagePackSerializationException>(() => Document.Decode(new ReadOnlySequence<byte>(bytes)));
                IsOneValue(bytes).ShouldBeFalse();
            }

            IsOneValue(Nested(3), maxDepth: 3).ShouldBeTrue();
            IsOneValue(Nested(4), maxDepth: 3).ShouldBeFalse();
        }

        IsOneValue(new byte[] { 1 }, maxDepth: 0).ShouldBeTrue();
        IsOneValue(new byte[] { 0x90 }, maxDepth: 0).ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => IsOneValue(new byte[] { 1 }, maxDepth: 65));
        Should.Throw<ArgumentOutOfRangeException>(() => StrictMessagePackReader.EnsureOneMap(new byte[] { 1 }, maxDepth: -1));
    }

    [Fact]
    public void Reserved_code_is_refused_wherever_it_stands()
    {
        foreach (string hex in (string[])["c1", "91c1", "81c101", "8101c1", "9201c1"])
        {
            byte[] bytes = Bytes.FromHex(hex);
            Should.Throw<MessagePackSerializationException>(() => new StrictMessagePackReader(bytes).Skip()).Message.ShouldContain("0xC1");
            Should.Throw<MessagePackSerializationException>(
                () => StrictMessagePackReader.EnsureOneValue(new ReadOnlySequence<byte>(bytes))).Message.ShouldContain("0xC1");
            IsOneValue(bytes).ShouldBeFalse();
        }
    }

    [Fact]
    public void Validation_refuses_trailing_bytes_and_values_that_are_no_map()
    {
        IsOneMap(Bytes.FromHex("810102")).ShouldBeTrue();
        StrictMessagePackReader.EnsureOneMap(Bytes.FromHex("810102"));
        IsOneMap(Bytes.FromHex("9101")).ShouldBeFalse();
        IsOneMap(Bytes.FromHex("81010203")).ShouldBeFalse();
        IsOneMap(ReadOnlyMemory<byte>.Empty).ShouldBeFalse();
        Should.Throw<MessagePackSerializationException>(
            () => StrictMessagePackReader.EnsureOneMap(Bytes.FromHex("9101"))).Message.ShouldContain("map");
        Should.Throw<MessagePackSerializationException>(
            () => StrictMessagePackReader.EnsureOneMap(Bytes.FromHex("81010203"))).Message.ShouldContain("1 bytes follow");
        Should.Throw<MessagePackSerializationException>(() => StrictMessagePackReader.EnsureOneMap(ReadOnlyMemory<byte>.Empty));
        Should.Throw<MessagePackSerializationException>(() => StrictMessagePackReader.EnsureOneValue(ReadOnlySequence<byte>.Empty));
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
                StrictMessagePackReader.EnsureOneMap(bytes);
                StrictMessagePackReader reader = new(bytes);
                int count = reader.ReadMapHeader();
                ReadOnlySequence<byte>? key = reader.ReadStringSequence();
                int number = reader.ReadInt32();
                ReadOnlySequence<byte>? second = reader.ReadStringSequence();
                reader.ReadArrayHeader();
                float single = reader.ReadSingle();
                double twice = reader.ReadDouble();
                ReadOnlySequence<byte>? body = reader.ReadBytes();
                output.ResetWrittenCount();
                MessagePackWriter writer = new(output);
                writer.WriteMapHeader(count);
                writer.WriteString(key!.Value);
                writer.Write(number);
                writer.WriteString(second!.Value);
                writer.Write(single);
                writer.Write(twice);
                writer.Write(body!.Value);
                writer.WriteText("text");
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
            StrictMessagePackReader reader = new(sequence);
            string? message = null;
            try
            {
                read(ref reader).ShouldBe(1);
            }
            catch (MessagePackSerializationException e)
            {
                message = e.Message;
                reader.Consumed.ShouldBe(0);
                Should.Throw<MessagePackSerializationException>(() => new StrictMessagePackReader(sequence).Skip());
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

    private static bool IsOneValue(ReadOnlySequence<byte> buffer, int maxDepth = StrictMessagePackReader.MaxDepth) =>
        Try(() => StrictMessagePackReader.EnsureOneValue(buffer, maxDepth));

    private static bool IsOneValue(byte[] bytes, int maxDepth = StrictMessagePackReader.MaxDepth) =>
        IsOneValue(new ReadOnlySequence<byte>(bytes), maxDepth);

    private static bool IsOneMap(ReadOnlyMemory<byte> buffer) => Try(() => StrictMessagePackReader.EnsureOneMap(buffer));

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
