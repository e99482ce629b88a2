// How fingerprints and hashcodes travel. Faults of the bytes are ProtocolExceptions here too, not ArgumentExceptions.
using System.Buffers;
using HashDb.Models;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal static class WireModels
{
    public static void Write(ref MessagePackWriter writer, ModelFingerprint fingerprint)
    {
        Span<byte> bytes = stackalloc byte[ModelFingerprint.ByteCount];
        fingerprint.CopyTo(bytes);
        writer.WriteBinHeader(bytes.Length);
        writer.WriteBody(bytes);
    }

    public static ModelFingerprint ReadFingerprint(ref BodyReader body)
    {
        ReadOnlySequence<byte> bytes = body.ReadBinary("model fingerprint");
        if (bytes.Length != ModelFingerprint.ByteCount)
            throw new ProtocolException($"A model fingerprint has {ModelFingerprint.ByteCount} bytes, not {bytes.Length}.");
        Span<byte> digest = stackalloc byte[ModelFingerprint.ByteCount];
        bytes.CopyTo(digest);
        return new ModelFingerprint(digest);
    }

    public static void Write(ref MessagePackWriter writer, in Hashcode hashcode)
    {
        Span<byte> bytes = stackalloc byte[Hashcode.MaxBitCount / 8];
        hashcode.CopyTo(bytes);
        writer.WriteBinHeader(hashcode.ByteCount);
        writer.WriteBody(bytes[..hashcode.ByteCount]);
    }

    public static Hashcode ReadHashcode(ref BodyReader body, int bitCount)
    {
        ReadOnlySequence<byte> bytes = body.ReadBinary("hashcode", Hashcode.MaxBitCount / 8);
        Span<byte> packed = stackalloc byte[(int)bytes.Length];
        bytes.CopyTo(packed);
        try
        {
            return Hashcode.FromBytes(packed, bitCount);
        }
        catch (ArgumentException fault)
        {
            throw new ProtocolException($"A hashcode is not one: {fault.Message}", fault);
        }
    }
}
