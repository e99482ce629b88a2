using HashDb.Protocol;
using MessagePack;

namespace HashDb.Server.Internal.Requests;

/// <summary>An answer that was encoded before, for many who get the same.</summary>
internal sealed class EncodedAnswer(byte[] body) : IMessage<EncodedAnswer>
{
    public void Write(ref MessagePackWriter writer) => writer.WriteRaw(body);

    public static EncodedAnswer Read(ref BodyReader body) => throw new NotSupportedException("It is only sent.");
}
