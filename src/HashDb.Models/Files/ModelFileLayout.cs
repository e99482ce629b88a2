// The byte layout of a model file, docs/MODEL-FILE.md. The only place that knows it; a test compares the document with it.
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Models.Files;

/// <summary>Offsets, sizes and names of the model file.</summary>
internal static class ModelFileLayout
{
    /// <summary>Offset of the four characters HDBM.</summary>
    public const int MagicOffset = 0;

    /// <summary>Offset of the format version, u16.</summary>
    public const int VersionOffset = 4;

    /// <summary>Offset of a u16 that is zero.</summary>
    public const int ReservedOffset = 6;

    /// <summary>Offset of the length of the body in bytes, u64.</summary>
    public const int BodyLengthOffset = 8;

    /// <summary>Offset of the body.</summary>
    public const int BodyOffset = 16;

    /// <summary>SHA-256 of everything before it, at the end.</summary>
    public const int ChecksumBytes = ModelFingerprint.ByteCount;

    /// <summary>The version that this build writes, and the newest that it reads.</summary>
    public const ushort Version = 1;

    /// <summary>8: more dimensions than any model has.</summary>
    public const int MaxArrayRank = 8;

    /// <summary>1,024: parameters, options and arrays of a model are dozens; a larger count is damage.</summary>
    public const int MaxMapEntries = 1_024;

    /// <summary>The first four bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "HDBM"u8;

    /// <summary>Keys of the body, in the order in which they must stand.</summary>
    public static ReadOnlySpan<string> BodyKeys =>
        (string[])["kind", "dimensions", "bits", "tables", "preprocessing", "parameters", "provenance", "arrays"];

    /// <summary>Keys of the provenance, in the order in which they must stand.</summary>
    public static ReadOnlySpan<string> ProvenanceKeys =>
        (string[])["kind", "options", "seed", "rows", "data", "training"];

    /// <summary>Reads the header of a map that must have exactly the given number of entries.</summary>
    public static void ExpectMap(ref StrictMessagePackReader reader, int count, string name)
    {
        int found = reader.ReadMapHeader();
        if (found != count)
            throw new MessagePackSerializationException($"{name} has {found} entries instead of {count}.");
    }

    /// <summary>Reads a key that must be the given one.</summary>
    public static void ExpectKey(ref StrictMessagePackReader reader, string key)
    {
        string? found = reader.ReadString();
        if (found != key)
            throw new MessagePackSerializationException($"The key is '{found}' instead of '{key}'.");
    }

    /// <summary>Reads the number of entries of a map with free names.</summary>
    public static int ReadMapCount(ref StrictMessagePackReader reader, string name)
    {
        int count = reader.ReadMapHeader();
        return count <= MaxMapEntries
            ? count
            : throw new MessagePackSerializationException($"{name} has {count} entries, more than {MaxMapEntries}.");
    }

    /// <summary>Reads a free name, which must come after the one before in ordinal order.</summary>
    public static string ReadName(ref StrictMessagePackReader reader, string? previous)
    {
        string? name = reader.ReadString();
        return !string.IsNullOrEmpty(name) && string.CompareOrdinal(previous, name) < 0
            ? name
            : throw new MessagePackSerializationException($"The name '{name}' after '{previous}' is not in ascending order.");
    }
}
