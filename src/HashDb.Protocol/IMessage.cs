using MessagePack;

namespace HashDb.Protocol;

/// <summary>A body of a frame: one MessagePack array of its fields in order.</summary>
internal interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>
{
    /// <summary>Writes the array.</summary>
    void Write(ref MessagePackWriter writer);

    /// <summary>Reads the fields. What they refer to is copied: the message outlives the frame.</summary>
    /// <exception cref="ProtocolException">A field is missing, of another type or beyond a limit.</exception>
    static abstract TSelf Read(ref BodyReader body);
}
