using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Copies the database: [directory on the server's machine].</summary>
internal readonly record struct BackupRequest(string Directory) : IMessage<BackupRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteText(Directory);
    }

    public static BackupRequest Read(ref BodyReader body) => new(body.ReadText("directory"));
}
