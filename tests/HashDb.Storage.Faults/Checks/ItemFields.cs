namespace HashDb.Storage.Faults.Checks;

/// <summary>The fields of an item; those that it lacks are null.</summary>
internal sealed record ItemFields(string? Colour, int? Size, byte[]? Bytes)
{
    public const string ColourName = "colour";
    public const int SizeCount = 40;
    private const string SizeName = "size";
    private const string BytesName = "bytes";

    public static readonly string[] Colours = ["black", "blue", "green", "red", "white"];

    private static readonly ItemFields None = new(null, null, null);

    public static FilterField ColourField => Filter.Field(ColourName);

    public static FilterField SizeField => Filter.Field(SizeName);

    /// <summary>Fields of which one, or all, may be lacking.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="maxBytes">Bytes of the largest field, less one.</param>
    public static ItemFields Make(Random random, int maxBytes)
    {
        if (random.Next(4) == 0)
            return None;
        byte[] bytes = new byte[random.Next(maxBytes)];
        random.NextBytes(bytes);
        return new ItemFields(
            random.Next(6) == 0 ? null : Colours[random.Next(Colours.Length)],
            random.Next(6) == 0 ? null : random.Next(SizeCount),
            bytes);
    }

    public static RecordFields OfSize(int size) => new() { [SizeName] = size };

    public RecordFields ToRecordFields()
    {
        var fields = new RecordFields();
        if (Colour is not null)
            fields.Add(ColourName, Colour);
        if (Size is { } size)
            fields.Add(SizeName, size);
        if (Bytes is not null)
            fields.Add(BytesName, Bytes);
        return fields;
    }

    public bool Matches(RecordFields fields)
    {
        int count = 0;
        return Is(ColourName, Colour is null, value => value.AsString() == Colour)
            && Is(SizeName, Size is null, value => value.AsInt32() == Size)
            && Is(BytesName, Bytes is null, value => value.AsBytes().AsSpan().SequenceEqual(Bytes))
            && fields.Count == count;

        bool Is(string name, bool isAbsent, Func<FieldValue, bool> isEqual)
        {
            if (isAbsent)
                return !fields.ContainsKey(name);
            count++;
            return fields.TryGetValue(name, out FieldValue value) && isEqual(value);
        }
    }
}
