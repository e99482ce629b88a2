// Reads and writes model files, docs/MODEL-FILE.md: header, MessagePack body, SHA-256 of everything before it.
// Invariants: equal models are equal bytes; nothing of the body is looked at before the checksum has been compared, and
// every fault of a file is a HashDbException. Safe for many threads.
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HashDb.Models.Files;

/// <summary>Stores trained models in files and restores them.</summary>
public static class HashModelFile
{
    /// <summary>Writes a model to a file, which is replaced in one step and is on disk when the method returns.</summary>
    /// <returns>The fingerprint of the file.</returns>
    /// <exception cref="HashDbException">No format is registered for the kind.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static ModelFingerprint Save(IHashModel model, string path)
    {
        byte[] bytes = ToBytes(model);
        AtomicFile.Write(path, bytes);
        return FingerprintAtEnd(bytes);
    }

    /// <summary>Reads a model from a file.</summary>
    /// <exception cref="CorruptDataException">The file is damaged or not a model file; names path and offset.</exception>
    /// <exception cref="HashDbException">The file is of a newer version, or of a kind for which no format is registered.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="NotSupportedException">The path names a folder, a pipe or a device.</exception>
    public static IHashModel Load(string path)
    {
        RegularFile.Check(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (stream.Length > ModelLimits.MaxModelFileBytes)
        {
            throw new CorruptDataException(
                path, ModelLimits.MaxModelFileBytes,
                $"the file has {stream.Length} bytes, a model file at most {ModelLimits.MaxModelFileBytes}");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FromBytes(bytes, path);
    }

    /// <summary>The content of the model's file.</summary>
    /// <exception cref="HashDbException">No format is registered for the kind.</exception>
    public static byte[] ToBytes(IHashModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        IHashModelFormat format = HashModelFormats.Get(model.Kind);
        ModelWriter parts = new();
        format.Write(model, parts);
        if (parts.ArrayBytes > ModelLimits.MaxModelFileBytes)
            throw new ArgumentException(
                $"The arrays of the model have {parts.ArrayBytes} bytes, a model file at most {ModelLimits.MaxModelFileBytes}.",
                nameof(model));

        ArrayBufferWriter<byte> body = new();
        ModelBody.Write(body, model, parts);
        long length = ModelFileLayout.BodyOffset + (long)body.WrittenCount + ModelFileLayout.ChecksumBytes;
        if (length > ModelLimits.MaxModelFileBytes)
            throw new ArgumentException(
                $"The model has {length} bytes, a model file at most {ModelLimits.MaxModelFileBytes}.", nameof(model));

        byte[] file = new byte[length];
        ModelFileLayout.Magic.CopyTo(file.AsSpan(ModelFileLayout.MagicOffset));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(ModelFileLayout.VersionOffset), ModelFileLayout.Version);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(ModelFileLayout.BodyLengthOffset), (ulong)body.WrittenCount);
        body.WrittenSpan.CopyTo(file.AsSpan(ModelFileLayout.BodyOffset));
        SHA256.HashData(file.AsSpan(..^ModelFileLayout.ChecksumBytes), file.AsSpan(^ModelFileLayout.ChecksumBytes..));
        return file;
    }

    /// <summary>Makes a model from the content of a file.</summary>
    /// <param name="bytes">The whole content.</param>
    /// <param name="nameForErrors">The path, or what else errors should name.</param>
    /// <exception cref="CorruptDataException">The content is damaged or not that of a model file; names the offset.</exception>
    /// <exception cref="HashDbException">The content is of a newer version, or of a kind for which no format is registered.</exception>
    public static IHashModel FromBytes(ReadOnlyMemory<byte> bytes, string nameForErrors)
    {
        ArgumentNullException.ThrowIfNull(nameForErrors);
        CheckEnvelope(bytes.Span, nameForErrors);
        return ModelBody.Read(bytes[ModelFileLayout.BodyOffset..^ModelFileLayout.ChecksumBytes], nameForErrors);
    }

    /// <summary>The fingerprint of a model: the one that its file has.</summary>
    public static ModelFingerprint Fingerprint(IHashModel model) => FingerprintAtEnd(ToBytes(model));

    /// <summary>The fingerprint of a model from the content of its file, which is checked against it.</summary>
    /// <exception cref="CorruptDataException">The content is damaged or not that of a model file; names the offset.</exception>
    public static ModelFingerprint Fingerprint(ReadOnlySpan<byte> bytes, string nameForErrors)
    {
        CheckEnvelope(bytes, nameForErrors);
        return FingerprintAtEnd(bytes);
    }

    private static ModelFingerprint FingerprintAtEnd(ReadOnlySpan<byte> file) => new(file[^ModelFileLayout.ChecksumBytes..]);

    private static void CheckEnvelope(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < ModelFileLayout.VersionOffset || !file.StartsWith(ModelFileLayout.Magic))
            throw new CorruptDataException(name, ModelFileLayout.MagicOffset, "not a model file: it does not start with HDBM");
        if (file.Length < ModelFileLayout.BodyOffset + ModelFileLayout.ChecksumBytes)
        {
            throw new CorruptDataException(
                name, file.Length,
                $"the file ends after {file.Length} bytes, before the "
                + $"{ModelFileLayout.BodyOffset + ModelFileLayout.ChecksumBytes} of header and checksum");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(file[ModelFileLayout.VersionOffset..]);
        if (version > ModelFileLayout.Version)
        {
            throw new HashDbException(
                HashDbErrorCode.UnsupportedVersion,
                $"{name}: the model file is of version {version}, this build reads versions up to {ModelFileLayout.Version}.");
        }

        if (version == 0)
            throw new CorruptDataException(name, ModelFileLayout.VersionOffset, "there is no version 0");
        if (BinaryPrimitives.ReadUInt16LittleEndian(file[ModelFileLayout.ReservedOffset..]) != 0)
            throw new CorruptDataException(name, ModelFileLayout.ReservedOffset, "the reserved bytes are not zero");

        ulong bodyLength = BinaryPrimitives.ReadUInt64LittleEndian(file[ModelFileLayout.BodyLengthOffset..]);
        ulong remaining = (ulong)(file.Length - ModelFileLayout.BodyOffset - ModelFileLayout.ChecksumBytes);
        if (bodyLength != remaining)
        {
            throw new CorruptDataException(
                name, ModelFileLayout.BodyLengthOffset, $"the body should have {bodyLength} bytes, the file has {remaining} for it");
        }

        Span<byte> checksum = stackalloc byte[ModelFileLayout.ChecksumBytes];
        SHA256.HashData(file[..^ModelFileLayout.ChecksumBytes], checksum);
        if (!checksum.SequenceEqual(file[^ModelFileLayout.ChecksumBytes..]))
            throw new CorruptDataException(name, file.Length - ModelFileLayout.ChecksumBytes, "the checksum does not match the content");
    }
}
