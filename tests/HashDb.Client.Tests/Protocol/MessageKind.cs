using System.Buffers;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Tests.Protocol;

internal sealed class MessageKind<T>(Opcode opcode, FrameFlags flags, Func<Random, T> make) : IMessageKind
    where T : IMessage<T>
{
    public string Name => $"{opcode} {flags} {typeof(T).Name}";

    public byte[] RandomFrame(Random random, bool hasChecksum)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, (uint)random.Next(), opcode, flags, make(random), hasChecksum);
        return output.WrittenSpan.ToArray();
    }

    public byte[] Recode(ReadOnlySequence<byte> body)
    {
        T message = MessageCodec.Read<T>(body);
        using FrameBuffer again = FrameBuffer.Encode(opcode, flags, message);
        (message as IDisposable)?.Dispose();
        again.Seal(0, hasChecksum: false);
        var output = new ArrayBufferWriter<byte>();
        again.CopyTo(output);
        return output.WrittenSpan[FrameHeader.ByteCount..].ToArray();
    }
}
