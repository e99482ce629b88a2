using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Hits of one query, or a part of them: [ids, distances, statistics, records]. Statistics are nil in every part but the last of a query;
/// records are the columns of RecordColumns.cs, nil when nothing of them was asked for.
/// </summary>
/// <param name="Hits">Where the hits are taken from.</param>
/// <param name="Offset">The first hit of this part.</param>
/// <param name="Count">Hits of this part.</param>
/// <param name="Statistics">Of the query, with its last part.</param>
internal readonly record struct HitsAnswer<THit, TCodec>(IReadOnlyList<THit> Hits, int Offset, int Count, SearchStatistics? Statistics)
    : IMessage<HitsAnswer<THit, TCodec>>
    where TCodec : IHitCodec<THit>
{
    /// <summary>Bytes of one hit: an id and a distance.</summary>
    public const int HitBytes = sizeof(ulong) + sizeof(int);

    // Hits are written in runs: one span of the writer for each, without a scratch array.
    private const int RunLength = 256;

    public void Write(ref MessagePackWriter writer)
    {
        bool hasRecords = Count > 0 && TCodec.RecordOf(Hits[Offset]) is not null;
        writer.WriteArrayHeader(4);
        writer.WriteBinHeader(Count * sizeof(ulong));
        for (int start = 0; start < Count; start += RunLength)
        {
            int run = Math.Min(RunLength, Count - start);
            Span<byte> span = writer.GetSpan(run * sizeof(ulong));
            for (int i = 0; i < run; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(span[(i * sizeof(ulong))..], TCodec.IdOf(Hits[Offset + start + i]).Value);
            writer.Advance(run * sizeof(ulong));
        }
        writer.WriteBinHeader(Count * sizeof(int));
        for (int start = 0; start < Count; start += RunLength)
        {
            int run = Math.Min(RunLength, Count - start);
            Span<byte> span = writer.GetSpan(run * sizeof(int));
            for (int i = 0; i < run; i++)
                BinaryPrimitives.WriteInt32LittleEndian(span[(i * sizeof(int))..], TCodec.DistanceBitsOf(Hits[Offset + start + i]));
            writer.Advance(run * sizeof(int));
        }
        SearchStatisticsFields.Write(ref writer, Statistics);
        if (hasRecords)
            WriteRecords(ref writer);
        else
            writer.WriteNil();
    }

    public static HitsAnswer<THit, TCodec> Read(ref BodyReader body)
    {
        ReadOnlySequence<byte> ids = body.ReadNumbers("ids", sizeof(ulong), out int count);
        ReadOnlySequence<byte> distances = body.ReadNumbers("distances", sizeof(int), out int distanceCount);
        if (count != distanceCount)
            throw new ProtocolException($"{count} ids and {distanceCount} distances were given; each hit has one of both.");
        var hits = new THit[count];
        var idReader = new SequenceReader<byte>(ids);
        var distanceReader = new SequenceReader<byte>(distances);
        for (int i = 0; i < count; i++)
        {
            idReader.TryReadLittleEndian(out long id);
            distanceReader.TryReadLittleEndian(out int distance);
            hits[i] = TCodec.Make(new VectorId((ulong)id), distance);
        }
        SearchStatistics? statistics = SearchStatisticsFields.Read(ref body);
        if (!body.TryReadNil())
            ReadRecords(ref body, hits);
        return new HitsAnswer<THit, TCodec>(hits, 0, count, statistics);
    }

    private void WriteRecords(ref MessagePackWriter writer)
    {
        var records = new VectorRecord[Count];
        for (int i = 0; i < Count; i++)
            records[i] = TCodec.RecordOf(Hits[Offset + i])!;
        using RecordBatch batch = RecordBatch.Rent(records, records[0].Vector.Length);
        writer.WriteArrayHeader(RecordColumns.FieldCount);
        RecordColumns.Write(ref writer, batch);
    }

    private static void ReadRecords(ref BodyReader body, THit[] hits)
    {
        VectorId[] ids = new VectorId[hits.Length];
        for (int i = 0; i < hits.Length; i++)
            ids[i] = TCodec.IdOf(hits[i]);
        int outer = body.Enter("records", out _);
        VectorRecord[] records = RecordColumns.Split(RecordColumns.Read(ref body, ids, new RecordMemory(isPooled: false)));
        body.Leave(outer);
        for (int i = 0; i < hits.Length; i++)
            hits[i] = TCodec.WithRecord(hits[i], records[i]);
    }
}
