namespace HashDb.Storage.Faults.Checks;

/// <summary>The key of the item with a number, in a collection of any kind of keys.</summary>
internal static class ItemKey
{
    public static RecordKey Of(KeyKind kind, ulong number) => kind switch
    {
        KeyKind.String => $"item {number:X}",
        KeyKind.Guid => new Guid((uint)(number >> 32), (ushort)(number >> 16), (ushort)number, 1, 2, 3, 4, 5, 6, 7, 8),
        _ => number,
    };
}
