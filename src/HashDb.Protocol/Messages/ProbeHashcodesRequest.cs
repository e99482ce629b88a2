using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Probe hashcodes: [collection, hashcodes, count, radius, strategy, filter]. One that was read holds rented memory; dispose of it when the
/// probe has ended.
/// </summary>
internal sealed record ProbeHashcodesRequest(
    string Collection, ReadOnlyMemory<byte> Hashcodes, int Count, ProbeOptions Options) : IMessage<ProbeHashcodesRequest>, IDisposable
{
    private byte[]? _rented;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.WriteText(Collection);
        writer.Write(Hashcodes.Span);
        writer.Write(Count);
        writer.Write(Options.Radius);
        writer.Write((int)Options.Strategy);
        FilterField.Write(ref writer, Options.Filter);
    }

    public static ProbeHashcodesRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        ReadOnlySequence<byte> bytes = body.ReadBinary("hashcodes");
        int count = body.ReadInt32("count");
        var options = new ProbeOptions
        {
            Radius = body.ReadInt32("radius"),
            Strategy = (ProbeStrategy)body.ReadInt32OrDefault("strategy", 0),
            Filter = FilterField.Read(ref body),
        };
        int length = (int)bytes.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(rented);
        return new ProbeHashcodesRequest(collection, rented.AsMemory(0, length), count, options) { _rented = rented };
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
