using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Part of an answer to largest buckets: [array of [table, hashcode bits, hashcode, count]].</summary>
internal readonly record struct BucketsAnswer(IReadOnlyList<BucketStatistics> Buckets) : IMessage<BucketsAnswer>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(Buckets.Count);
        for (int i = 0; i < Buckets.Count; i++)
        {
            BucketStatistics bucket = Buckets[i];
            writer.WriteArrayHeader(4);
            writer.Write(bucket.TableIndex);
            writer.Write(bucket.Hashcode.BitCount);
            WireModels.Write(ref writer, bucket.Hashcode);
            writer.Write(bucket.Count);
        }
    }

    public static BucketsAnswer Read(ref BodyReader body)
    {
        int outer = body.Enter("buckets", out int count);
        if (count > StorageLimits.MaxTop)
            throw new ProtocolException($"{count} buckets were given; the limit is {StorageLimits.MaxTop}.");
        var buckets = new BucketStatistics[count];
        for (int i = 0; i < count; i++)
        {
            int inner = body.Enter("bucket", out _);
            int table = body.ReadInt32("table", 0);
            int bits = body.ReadInt32("hashcode bits");
            buckets[i] = new BucketStatistics(table, WireModels.ReadHashcode(ref body, bits), body.ReadInt64("count", 0));
            body.Leave(inner);
        }
        body.Leave(outer);
        return new BucketsAnswer(buckets);
    }
}
