// The codec against itself and against damage. The same code runs at length with HASHDB_PROTOCOL_FUZZ set to a number of
// rounds (scripts/protocol-fuzz.sh).
using System.Buffers;
using System.Globalization;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using MessagePack;

namespace HashDb.Client.Tests.Protocol;

public sealed class CodecTests
{
    // A frame of the tests is at most some 30 KB; an answer made of it, objects included, stays well below this.
    private const long MaxBytesPerFrame = 16 * 1024 * 1024;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("HASHDB_PROTOCOL_FUZZ"), CultureInfo.InvariantCulture, out int rounds)
            ? rounds
            : 200;

    public static TheoryData<string> Kinds => [.. MessageKinds.All.Select(kind => kind.Name)];

    [Fact]
    public void Every_message_type_is_among_those_tested()
    {
        IEnumerable<string> types = typeof(FrameHeader).Assembly.GetTypes()
            .Where(type => !type.IsInterface
                && type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IMessage<>)))
            .Select(type => type.Name);

        types.ShouldBe(MessageKinds.All.Select(kind => kind.GetType().GetGenericArguments()[0].Name).Distinct(), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Message_read_back_is_the_message_that_was_written(string kindName)
    {
        IMessageKind kind = KindOf(kindName);
        var random = new Random(1);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] frame = kind.RandomFrame(random, hasChecksum: round % 2 == 0);
            ReadOnlySequence<byte> buffer = Cut(frame, random);

            FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytes, hasChecksums: round % 2 == 0, out Frame read).ShouldBeTrue();

            buffer.IsEmpty.ShouldBeTrue();
            kind.Recode(read.Body).ShouldBe(frame[FrameHeader.ByteCount..]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frame_cut_off_anywhere_is_not_taken_for_a_whole_one(string kindName)
    {
        IMessageKind kind = KindOf(kindName);
        byte[] frame = kind.RandomFrame(new Random(2), hasChecksum: true);
        for (int length = 0; length < frame.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(frame, 0, length);
            FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytes, hasChecksums: true, out _).ShouldBeFalse();
            buffer.Length.ShouldBe(length);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Body_cut_off_anywhere_is_a_protocol_error(string kindName)
    {
        IMessageKind kind = KindOf(kindName);
        byte[] body = kind.RandomFrame(new Random(3), hasChecksum: false)[FrameHeader.ByteCount..];
        for (int length = 0; length < body.Length; length++)
            Should.Throw<ProtocolException>(
                () => kind.Recode(new ReadOnlySequence<byte>(body, 0, length)), $"cut to {length} of {body.Length} bytes");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Body_with_bytes_after_it_is_a_protocol_error(string kindName)
    {
        IMessageKind kind = KindOf(kindName);
        byte[] body = [.. kind.RandomFrame(new Random(4), hasChecksum: false)[FrameHeader.ByteCount..], 0xc0];

        Should.Throw<ProtocolException>(() => kind.Recode(new ReadOnlySequence<byte>(body)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Body_that_was_changed_is_a_message_or_a_typed_error(string kindName)
    {
        IMessageKind kind = KindOf(kindName);
        var random = new Random(5);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] body = kind.RandomFrame(random, hasChecksum: false)[FrameHeader.ByteCount..];
            Mutate(body, random);
            ReadOrRefuse(kind, Cut(body, random));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_of_any_kind_are_a_message_or_a_typed_error(string kindName)
    {
        IMessageKind kind = KindOf(kindName);
        var random = new Random(6);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] body = new byte[random.Next(200)];
            random.NextBytes(body);
            if (body.Length > 0 && random.Next(2) == 0)
                body[0] = (byte)(0x90 | random.Next(16));
            ReadOrRefuse(kind, new ReadOnlySequence<byte>(body));
        }
    }

    [Fact]
    public void Frame_that_was_changed_under_a_checksum_is_refused()
    {
        var random = new Random(7);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] frame = MessageKinds.All[random.Next(MessageKinds.All.Count)].RandomFrame(random, hasChecksum: true);
            int bit = random.Next(frame.Length * 8);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            var buffer = new ReadOnlySequence<byte>(frame);
            try
            {
                // A length that grew makes the frame incomplete, which is as good as refused.
                FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytes, hasChecksums: true, out _).ShouldBeFalse($"bit {bit}");
            }
            catch (ProtocolException)
            {
            }
        }
    }

    [Fact]
    public void Frame_that_announces_too_much_is_refused_before_its_body_arrives()
    {
        byte[] head = new byte[FrameHeader.ByteCount];
        new FrameHeader(ProtocolLimits.MaxFrameBytesBeforeHello + 1, 1, Opcode.Hello, FrameFlags.None, 0).Write(head);

        var buffer = new ReadOnlySequence<byte>(head);
        ProtocolException error = Should.Throw<ProtocolException>(() =>
            FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytesBeforeHello, hasChecksums: false, out _));

        error.Message.ShouldContain($"{ProtocolLimits.MaxFrameBytesBeforeHello}");
    }

    [Fact]
    public void Fields_that_a_newer_peer_adds_are_passed_over()
    {
        byte[] body = [0x93, 0xa5, (byte)'i', (byte)'t', (byte)'e', (byte)'m', (byte)'s', 0x05, 0x92, 0x01, 0xc0];

        MessageCodec.Read<LargestBucketsRequest>(new ReadOnlySequence<byte>(body)).ShouldBe(new LargestBucketsRequest("items", 5));
    }

    [Fact]
    public void Fields_that_an_older_peer_leaves_out_take_their_defaults()
    {
        byte[] body = [0x92, 0xa1, (byte)'c', 0xc4, 0x04, 0x00, 0x00, 0x80, 0x3f];

        using SearchRequest request = MessageCodec.Read<SearchRequest>(new ReadOnlySequence<byte>(body));

        request.Options.ShouldBe(new SearchOptions());
        request.Queries.Values.ToArray().ShouldBe([1f]);
    }

    private static void ReadOrRefuse(IMessageKind kind, ReadOnlySequence<byte> body)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            kind.Recode(body);
        }
        catch (ProtocolException)
        {
        }
        catch (ArgumentException)
        {
            // More records than a write takes: the error that the engine gives.
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxBytesPerFrame);
    }

    private static void Mutate(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
            return;
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            int at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 32)) : random.Next(bytes.Length);
            bytes[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(bytes[at] ^ (1 << random.Next(8))),
                _ => (byte)(0xc0 + random.Next(0x20)),
            };
        }
    }

    // The document says that nil stands for the default of a field; for some it was an error.
    [Fact]
    public void Nil_stands_for_the_default_of_a_field()
    {
        byte[] body = Body((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(6);
            writer.Write("c");
            writer.Write(new byte[8]);
            for (int i = 0; i < 4; i++)
                writer.WriteNil();
        });
        var reader = new BodyReader(new ReadOnlySequence<byte>(body));

        using SearchRequest request = SearchRequest.Read(ref reader);

        request.Options.ShouldBe(new SearchOptions());
    }

    // 30 bytes made 16,384 objects: no numbers are so many vectors of no length.
    [Fact]
    public void Items_to_learn_without_vectors_are_refused_before_they_are_made()
    {
        byte[] body = Body((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(3);
            writer.Write("c");
            writer.Write(16_384);
            writer.Write(ReadOnlySpan<byte>.Empty);
        });

        Should.Throw<ProtocolException>(() =>
        {
            var reader = new BodyReader(new ReadOnlySequence<byte>(body));
            LearnRequest.Read(ref reader);
        }).Message.ShouldContain("16384");
    }

    private delegate void BodyWriter(ref MessagePackWriter writer);

    private static byte[] Body(BodyWriter write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The same bytes in several segments.</summary>
    private static ReadOnlySequence<byte> Cut(byte[] bytes, Random random)
    {
        var first = new Segment(default, 0);
        Segment last = first;
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, random.Next(1, 64));
            last = last.Append(bytes.AsMemory(at, length));
            at += length;
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static IMessageKind KindOf(string name) => MessageKinds.All.Single(kind => kind.Name == name);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
