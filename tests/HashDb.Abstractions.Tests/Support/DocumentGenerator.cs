using System.Text;

namespace HashDb.Abstractions.Tests.Support;

/// <summary>Random documents from a seed; sizes crowd around the places where encodings change.</summary>
internal static class DocumentGenerator
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 255, 256, 257];
    private static readonly string[] Characters = ["a", "\0", "\x7f", "\u0080", "ß", "漢", "\uffff", "🍺", "𝒳"];

    public static object? Next(int seed) => Next(new Random(seed), 5);

    public static object? Next(Random random, int maxDepth) => random.Next(maxDepth > 0 ? 12 : 9) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 or 3 => Integer(random),
        4 => random.Next(8) == 0 ? SpecialSingle(random) : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30))),
        5 => random.Next(8) == 0 ? SpecialDouble(random) : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)),
        6 => Text(random, Length(random)),
        7 => Binary(random, Length(random)),
        8 => random.Next(2) == 0
            ? new Document.Extension((sbyte)random.Next(0, 128), Binary(random, Length(random)))
            : Time(random),
        9 or 10 => Enumerable.Range(0, ChildCount(random)).Select(_ => Next(random, maxDepth - 1)).ToArray(),
        _ => Enumerable.Range(0, ChildCount(random))
            .Select(
                _ => new KeyValuePair<object?, object?>(Next(random, random.Next(8) == 0 ? 1 : 0), Next(random, maxDepth - 1))).ToArray(),
    };

    private static object Integer(Random random)
    {
        // Around a power of two, which is where encodings change.
        ulong magnitude = (1UL << random.Next(64)) + (ulong)random.Next(3) - 1;
        if (magnitude > long.MaxValue)
            return magnitude;
        return random.Next(2) == 0 ? -(long)magnitude - random.Next(2) : (long)magnitude;
    }

    private static float SpecialSingle(Random random) =>
        new[] { 0f, -0f, float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity,
        float.NaN }[random.Next(8)];

    private static double SpecialDouble(Random random) =>
        new[] { 0d, -0d, double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity,
        double.NaN }[random.Next(8)];

    private static int Length(Random random) => Lengths[random.Next(Lengths.Length)];

    private static int ChildCount(Random random) => random.Next(12) == 0 ? random.Next(15, 18) : random.Next(5);

    private static byte[] Binary(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random, int length)
    {
        StringBuilder text = new();
        bool plain = random.Next(2) == 0;
        for (int i = 0; i < length; i++)
            text.Append(plain ? "x" : Characters[random.Next(Characters.Length)]);
        return text.ToString();
    }

    private static DateTime Time(Random random) => random.Next(4) switch
    {
        0 => DateTime.UnixEpoch.AddSeconds(random.NextInt64(uint.MaxValue)),
        1 => DateTime.UnixEpoch.AddTicks(random.NextInt64(TimeSpan.TicksPerSecond << 34)),
        _ => new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc),
    };
}
