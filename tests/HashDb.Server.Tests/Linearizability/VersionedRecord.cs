// Records of which every part tells the version: the vector by its length and its signs, the label, and each byte of the payload. Elements
// are plus or minus the version, so that the distance of a vector from any short one is sixteen times the version, near enough to tell
// versions apart; the signs come from id and version, so that hashcodes are spread.
using System.Buffers.Binary;

namespace HashDb.Server.Tests.Linearizability;

internal static class VersionedRecord
{
    public const int Dimensions = 256;

    /// <summary>Farther away is no record that a thread writes.</summary>
    public const float MaxDistance = (MaxVersion + 1) * Length;

    /// <summary>So many records that stay as they are: with them a search goes by sketches, and does not compare all vectors.</summary>
    private const int FarCount = 4_500;

    private const ulong FirstFar = 1UL << 40;

    /// <summary>The distance of the vector of version 1 from the origin.</summary>
    private const float Length = 16;

    /// <summary>Beyond it a rounded distance could be that of a neighbour.</summary>
    public const long MaxVersion = 400_000;

    private const int PayloadNumbers = 12;

    /// <summary>A vector that is short beside all that are stored.</summary>
    public static float[] ShortVector { get; } =
        [.. Enumerable.Range(0, Dimensions).Select(i => i % 2 == 0 ? 1 / 1_024f : -1 / 1_024f)];

    /// <summary>Records that no thread writes, farther away than <see cref="MaxDistance"/>.</summary>
    public static IEnumerable<VectorRecord> Far() => Enumerable.Range(0, FarCount).Select(i =>
    {
        float[] vector = Vector(new VectorId(FirstFar + (ulong)i), 1);
        for (int j = 0; j < vector.Length; j++)
            vector[j] *= 2 * MaxVersion;
        return new VectorRecord { Id = new VectorId(FirstFar + (ulong)i), Vector = vector };
    });

    public static VectorRecord Make(VectorId id, long version) =>
        new() { Id = id, Vector = Vector(id, version), Labels = new[] { (int)version }, Payload = Payload(id, version) };

    public static float[] Vector(VectorId id, long version)
    {
        if (version is < 1 or > MaxVersion)
            throw new ArgumentOutOfRangeException(nameof(version), version, $"Version {version} is outside 1 to {MaxVersion}.");
        ulong signs = 0;
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i++)
        {
            if (i % 64 == 0)
                signs = Mix(id.Value ^ ((ulong)version << 32) ^ ((ulong)i << 56));
            vector[i] = ((signs >> (i % 64)) & 1) == 0 ? version : -version;
        }
        return vector;
    }

    /// <summary>The version of a vector at a distance from <see cref="ShortVector"/>.</summary>
    public static long VersionAt(float distance) => (long)MathF.Round(distance / Length);

    /// <summary>True when a stored vector of the same id at that distance from the vector of a version is that of the version.</summary>
    public static bool IsSame(float distance) => distance < 1;

    /// <summary>Reads the version of a record.</summary>
    /// <returns>The version of its label, and what in the record is not of that version; null when all is.</returns>
    public static (long Version, string? Torn) Read(VectorId id, VectorRecord record)
    {
        if (record.Id != id || record.Labels.Length != 1 || record.Labels.Span[0] is var label && (label < 1 || label > MaxVersion))
            return (0, $"get of {id}: record of {record.Id} with {record.Labels.Length} labels");
        VectorRecord whole = Make(id, label);
        if (!record.Vector.Span.SequenceEqual(whole.Vector.Span))
            return (label, $"get of {id}: label {label}, vector [{string.Join(' ', record.Vector.ToArray())}]");
        return record.Payload.Span.SequenceEqual(whole.Payload.Span)
            ? (label, null)
            : (label, $"get of {id}: label {label}, payload {Convert.ToHexString(record.Payload.Span)}");
    }

    /// <summary>A MessagePack map with one member of bytes: the id and the version, many times.</summary>
    private static byte[] Payload(VectorId id, long version)
    {
        byte[] payload = new byte[5 + 8 * PayloadNumbers];
        new byte[] { 0x81, 0xA1, (byte)'v', 0xC4, 8 * PayloadNumbers }.CopyTo(payload, 0);
        for (int i = 0; i < PayloadNumbers; i++)
            BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(5 + 8 * i), (id.Value << 32) + (ulong)version);
        return payload;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
