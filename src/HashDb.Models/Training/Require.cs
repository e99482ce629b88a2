namespace HashDb.Models.Training;

/// <summary>Checks of settings that name the setting, the value and the limit.</summary>
internal static class Require
{
    public static void InRange<T>(T value, T smallest, T largest, string name)
        where T : IComparable<T>
    {
        // Written so that NaN, which compares as smaller than everything, fails.
        if (!(value.CompareTo(smallest) >= 0 && value.CompareTo(largest) <= 0))
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} is {value}; it must be from {smallest} to {largest}."));
    }

    public static void Positive(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} is {value}; it must be a finite number above 0."));
    }

    public static void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    public static void Parallelism(int value, string name)
    {
        if (value is not -1 && value < 1)
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} is {value}; it must be at least 1, or -1 for all processors."));
    }
}
