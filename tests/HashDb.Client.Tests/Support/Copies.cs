namespace HashDb.Client.Tests.Support;

/// <summary>Copies of records and items in which something is different.</summary>
internal static class Copies
{
    public static VectorRecord With(
        this VectorRecord record,
        VectorId? id = null,
        ReadOnlyMemory<float>? vector = null,
        ReadOnlyMemory<int>? labels = null,
        ReadOnlyMemory<byte>? payload = null) => new()
        {
            Id = id ?? record.Id,
            Vector = vector ?? record.Vector,
            Labels = labels ?? record.Labels,
            Payload = payload ?? record.Payload,
        };

    public static LabelledVector With(
        this LabelledVector item,
        ReadOnlyMemory<float>? vector = null,
        ReadOnlyMemory<int>? labels = null,
        ReadOnlyMemory<VectorId>? neighbours = null) => new()
        {
            Vector = vector ?? item.Vector,
            Labels = labels ?? item.Labels,
            Neighbours = neighbours ?? item.Neighbours,
        };
}
