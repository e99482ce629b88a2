// What must be stored under a key. Made from a seed alone, so that the process that writes and the process that checks agree
// without talking about contents.
namespace HashDb.Storage.Faults.Checks;

internal sealed record StoredItem(float[] Vector, int[] Labels, ItemFields Fields)
{
    private const int ClusterCount = 48;
    private const float Noise = 0.02f;

    /// <summary>An item that shares its surroundings, and now and then its bucket, with others.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="dimensions">Length of the vector.</param>
    /// <param name="fieldBytes">Bytes of the largest field, less one; some items have no fields.</param>
    public static StoredItem Make(ulong seed, int dimensions, int fieldBytes)
    {
        var random = new Random((int)SeedMix.Of(seed, 1));
        var center = new Random((int)SeedMix.Of((ulong)random.Next(ClusterCount), 2));
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
            vector[i] = (float)(center.NextDouble() * 2 - 1) + Noise * (float)(random.NextDouble() * 2 - 1);
        int[] labels = new int[random.Next(4)];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = (i * 1_000) + random.Next(1_000);
        return new StoredItem(vector, labels, ItemFields.Make(random, fieldBytes));
    }

    public VectorRecord ToRecord(RecordKey key) => new()
    {
        Key = key,
        Vector = Vector,
        Labels = Labels,
        Fields = Fields.ToRecordFields(),
    };

    public bool Matches(VectorRecord record) =>
        record.Vector.Span.SequenceEqual(Vector) && record.Labels.Span.SequenceEqual(Labels) && Fields.Matches(record.Fields);
}
