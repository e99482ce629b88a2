using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Part of an answer to a get, for the ids that follow those of the frames before: [found, ids, vectors, label
/// counts, labels, payload lengths, payloads].
/// </summary>
/// <param name="Records">One entry for each of these ids: the record, or null.</param>
internal readonly record struct RecordsAnswer(IReadOnlyList<VectorRecord?> Records) : IMessage<RecordsAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        var found = new List<VectorRecord>(Records.Count);
        for (int i = 0; i < Records.Count; i++)
        {
            if (Records[i] is { } record)
                found.Add(record);
        }
        writer.WriteArrayHeader(2 + RecordColumns.FieldCount);
        writer.WriteBinHeader(Records.Count);
        Span<byte> flag = stackalloc byte[1];
        for (int i = 0; i < Records.Count; i++)
        {
            flag[0] = Records[i] is null ? (byte)0 : (byte)1;
            writer.WriteBody(flag);
        }
        using RecordBatch batch = RecordBatch.Rent(found, found.Count == 0 ? 0 : found[0].Vector.Length);
        RawNumbers.Write(ref writer, batch.Ids.Span);
        RecordColumns.Write(ref writer, batch);
    }

    public static RecordsAnswer Read(ref BodyReader body)
    {
        byte[] flags = body.ReadBinary("found").ToArray();
        if (flags.Length > StorageLimits.MaxBatchRecords)
            throw new ProtocolException($"An answer is about {flags.Length} ids; one request has at most {StorageLimits.MaxBatchRecords}.");
        VectorId[] ids = body.ReadNumbers<VectorId>("ids");
        int foundCount = flags.Count(flag => flag != 0);
        if (foundCount != ids.Length)
            throw new ProtocolException($"{foundCount} records were found, but {ids.Length} ids are given.");
        VectorRecord[] found = RecordColumns.Split(RecordColumns.Read(ref body, ids, new RecordMemory(isPooled: false)));
        var records = new VectorRecord?[flags.Length];
        int next = 0;
        for (int i = 0; i < records.Length; i++)
            records[i] = flags[i] != 0 ? found[next++] : null;
        return new RecordsAnswer(records);
    }
}
