// Decoding, with every fault of the bytes made a ProtocolException. Stateless.
using System.Buffers;
using MessagePack;

namespace HashDb.Protocol;

internal static class MessageCodec
{
    /// <summary>Reads a body as one message.</summary>
    /// <exception cref="ProtocolException">The bytes are not such a message. The frame was sound, so the connection can go on.</exception>
    /// <exception cref="ArgumentException">The message is sound, but holds more than the database takes at once.</exception>
    public static T Read<T>(in ReadOnlySequence<byte> body)
        where T : IMessage<T>
    {
        T? message = default;
        try
        {
            var reader = new BodyReader(body);
            message = T.Read(ref reader);
            reader.Finish();
            return message;
        }
        catch (MessagePackSerializationException fault)
        {
            (message as IDisposable)?.Dispose();
            throw new ProtocolException($"The body is not a message of this kind: {fault.Message}", fault);
        }
        catch (ProtocolException)
        {
            (message as IDisposable)?.Dispose();
            throw;
        }
    }
}
