namespace HashDb.Storage.Tests.FieldIndexes;

/// <summary>Random fields and filters over a few names and values, so that they meet often: all kinds, nulls, missing, lists.</summary>
internal static class RandomFields
{
    public static readonly string[] Names = ["a", "b", "c", "d"];

    private static readonly FieldValue[] Values =
    [
        true, false, 0, 1, -1, 2, 3, long.MinValue, long.MaxValue, ulong.MaxValue, (1L << 53) + 1, 0.0, -0.0, 1.0, 2.5, -2.5,
        9007199254740992.0, double.PositiveInfinity, double.NegativeInfinity, 18446744073709551616.0,
        "", "s", "sea", "seal", "see", "\u00e9", "\U0001F600",
        new string('x', 510), new string('x', 511), new string('x', 512), new string('x', 600),
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.ToOffset(TimeSpan.FromHours(2)), DateTimeOffset.MinValue,
        new Guid("00000000-0000-0000-0000-000000000001"), new Guid("ffffffff-0000-0000-0000-000000000001"),
        new byte[] { 1, 2 }, Array.Empty<byte>(),
    ];

    private static readonly string[] Comparisons = ["<", "<=", ">", ">=", "=="];

    public static FieldValue Value(Random random) => random.Next(3) == 0 ? random.Next(6) : Values[random.Next(Values.Length)];

    public static RecordFields Fields(Random random)
    {
        var fields = new RecordFields();
        foreach (string name in Names)
        {
            switch (random.Next(10))
            {
                case 0:
                    break;
                case 1:
                    fields[name] = FieldValue.Null;
                    break;
                case < 4:
                    // Now and then longer than what is indexed of a list.
                    int count = random.Next(40) == 0 ? 300 : random.Next(5);
                    fields[name] = Enumerable.Range(0, count).Select(_ => Value(random).Kind == FieldKind.String ? "sea" : Value(random))
                        .Where(item => item.Kind != FieldKind.String || item.AsString().Length < 20).ToArray();
                    break;
                default:
                    fields[name] = Value(random);
                    break;
            }
        }
        return fields;
    }

    public static Filter Filter(Random random, int depth = 3)
    {
        switch (random.Next(depth == 0 ? 5 : 8))
        {
            case 0:
                return HashDb.Filter.Field(Name(random)).In([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random))]);
            case 1:
                return HashDb.Filter.Field(Name(random)).Contains(Value(random));
            case 2:
                return random.Next(2) == 0
                    ? HashDb.Filter.Field(Name(random)).Exists()
                    : HashDb.Filter.Field(Name(random)).StartsWith(random.Next(3) switch { 0 => "", 1 => "se", _ => new string('x', 511) });
            case 3 or 4:
                return Compare(random);
            case 5:
                return !Filter(random, depth - 1);
            case 6:
                return HashDb.Filter.And([.. Enumerable.Range(0, random.Next(4)).Select(_ => Filter(random, depth - 1))]);
            default:
                return HashDb.Filter.Or([.. Enumerable.Range(0, random.Next(4)).Select(_ => Filter(random, depth - 1))]);
        }
    }

    private static string Name(Random random) => Names[random.Next(Names.Length)];

    private static Filter Compare(Random random)
    {
        FilterField field = HashDb.Filter.Field(Name(random));
        FieldValue value = Value(random);
        string comparison = value.Kind is FieldKind.Boolean or FieldKind.Bytes ? "==" : Comparisons[random.Next(Comparisons.Length)];
        return comparison switch
        {
            "<" => field < value,
            "<=" => field <= value,
            ">" => field > value,
            ">=" => field >= value,
            _ => field == value,
        };
    }
}
