using System.Buffers;

namespace HashDb.Client.Tests.Protocol;

/// <summary>One kind of message, without its type: what the tests that go over all kinds need.</summary>
internal interface IMessageKind
{
    string Name { get; }

    /// <summary>A random message as a sealed frame.</summary>
    byte[] RandomFrame(Random random, bool hasChecksum);

    /// <summary>Decodes a body and encodes what it was.</summary>
    byte[] Recode(ReadOnlySequence<byte> body);
}
