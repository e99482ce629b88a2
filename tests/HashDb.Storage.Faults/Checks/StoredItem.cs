// What must be stored under an id. Made from a seed alone, so that the process that writes and the process that checks agree
// without talking about contents.
using System.Buffers;
using MessagePack;

namespace HashDb.Storage.Faults.Checks;

internal sealed record StoredItem(float[] Vector, int[] Labels, byte[] Payload)
{
    private const int ClusterCount = 48;
    private const float Noise = 0.02f;

    /// <summary>An item that shares its surroundings, and now and then its bucket, with others.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="dimensions">Length of the vector.</param>
    /// <param name="payloadBytes">Largest payload; some items have none.</param>
    public static StoredItem Make(ulong seed, int dimensions, int payloadBytes)
    {
        var random = new Random((int)SeedMix.Of(seed, 1));
        var center = new Random((int)SeedMix.Of((ulong)random.Next(ClusterCount), 2));
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
            vector[i] = (float)(center.NextDouble() * 2 - 1) + Noise * (float)(random.NextDouble() * 2 - 1);
        int[] labels = new int[random.Next(4)];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (i * 1_000) + random.Next(1_000);
        return new StoredItem(vector, labels, random.Next(4) == 0 ? [] : MakePayload(random, random.Next(payloadBytes)));
    }

    public VectorRecord ToRecord(ulong id) => new()
    {
        Id = new VectorId(id),
        Vector = Vector,
        Labels = Labels,
        Payload = Payload,
    };

    public bool Matches(VectorRecord record) =>
        record.Vector.Span.SequenceEqual(Vector) && record.Labels.Span.SequenceEqual(Labels) && record.Payload.Span.SequenceEqual(Payload);

    private static byte[] MakePayload(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(1);
        writer.Write("b");
        writer.Write(bytes);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
