// The clients of a manifest; docs/FILE-FORMAT.md, "Manifest". An array of each, the one whose last write is oldest first.
using System.Buffers;
using HashDb.Serialization;
using HashDb.Storage.Commit;
using MessagePack;

namespace HashDb.Storage.Checkpoints;

internal static class ManifestClients
{
    private const int FieldCount = 5;
    private const int FieldCountOfVersion2 = 4;

    public static void Write(ref MessagePackWriter writer, IReadOnlyList<KeyValuePair<Guid, ClientPosition>> clients)
    {
        writer.WriteArrayHeader(clients.Count);
        foreach ((Guid client, ClientPosition position) in clients)
        {
            writer.WriteArrayHeader(FieldCount);
            writer.Write(client.ToByteArray(bigEndian: true));
            writer.Write(position.Next);
            writer.Write(position.Affected);
            writer.Write(position.LastWrite);
            writer.Write(position.Recent.ToBytes());
        }
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="reader">Before the array.</param>
    /// <param name="hasRecent">False in version 2, which knows nothing of their last writes.</param>
    /// <exception cref="ArgumentException">They are not what a manifest may hold.</exception>
    public static IReadOnlyList<KeyValuePair<Guid, ClientPosition>> Read(ref StrictMessagePackReader reader, bool hasRecent)
    {
        int count = reader.ReadArrayHeader();
        if (count > StorageLimits.MaxRememberedClients)
            throw new ArgumentException(
                $"A manifest remembers at most {StorageLimits.MaxRememberedClients} clients, not {count}.", nameof(reader));
        int fields = hasRecent ? FieldCount : FieldCountOfVersion2;
        var clients = new List<KeyValuePair<Guid, ClientPosition>>(count);
        for (int i = 0; i < count; i++)
        {
            if (reader.ReadArrayHeader() != fields)
                throw new ArgumentException($"A client's position has {fields} fields.", nameof(reader));
            var client = new Guid(reader.ReadBytes()!.Value.ToArray(), bigEndian: true);
            (long next, int affected, long lastWrite) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64());
            RecentWrites recent = hasRecent ? RecentWrites.FromBytes(reader.ReadBytes()!.Value.ToArray()) : new RecentWrites();
            clients.Add(KeyValuePair.Create(client, new ClientPosition(next, affected, lastWrite, recent)));
        }
        return clients;
    }

    /// <summary>
    /// How far clients may be forgotten where the manifest does not say: not at all while there was room for more, otherwise up to the
    /// oldest that is remembered.
    /// </summary>
    public static long ForgottenAtMost(IReadOnlyList<KeyValuePair<Guid, ClientPosition>> clients) =>
        clients.Count < StorageLimits.MaxRememberedClients ? 0 : clients[0].Value.LastWrite - 1;
}
