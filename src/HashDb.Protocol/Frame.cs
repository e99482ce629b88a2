using System.Buffers;

namespace HashDb.Protocol;

/// <summary>A sound frame. The body lies in the buffer that it was read from, and is gone when that is advanced.</summary>
internal readonly record struct Frame(FrameHeader Header, ReadOnlySequence<byte> Body);
