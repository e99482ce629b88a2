using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Sets fields of a record: [collection, ids with one id, fields].</summary>
/// <param name="Collection">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="Fields">The fields to set, as a payload.</param>
internal readonly record struct UpdateFieldsRequest(string Collection, VectorId Id, ReadOnlyMemory<byte> Fields)
    : IMessage<UpdateFieldsRequest>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.WriteText(Collection);
        GetRequest.WriteIds(ref writer, [Id]);
        writer.Write(Fields.Span);
    }

    public static UpdateFieldsRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        VectorId[] ids = body.ReadNumbers<VectorId>("ids");
        if (ids.Length != 1)
            throw new ProtocolException($"Fields of one record are set at a time; {ids.Length} ids were given.");
        byte[] fields = body.ReadBinary("fields", StorageLimits.MaxPayloadBytes).ToArray();
        try
        {
            if (fields.Length > 0)
                StrictMessagePackReader.EnsureOneMap(fields, StorageLimits.MaxPayloadDepth);
        }
        catch (MessagePackSerializationException exception)
        {
            throw new ProtocolException($"The fields are no MessagePack map: {exception.Message}", exception);
        }
        return new UpdateFieldsRequest(collection, ids[0], fields);
    }
}
