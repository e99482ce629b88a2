// Which rows of a file are meant. Immutable.
using System.Globalization;

namespace HashDb.Models.Data;

/// <summary>A half-open range of rows, written <c>a..b</c>, <c>a..</c> or <c>..b</c>. The default value means all rows.</summary>
public readonly record struct RowRange
{
    /// <summary>Makes a range.</summary>
    /// <param name="start">First row, from 0.</param>
    /// <param name="end">Row after the last one, or null for the end of the file.</param>
    /// <exception cref="ArgumentOutOfRangeException">The start is negative, or the end is not behind it.</exception>
    public RowRange(long start, long? end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        if (end <= start)
            throw new ArgumentOutOfRangeException(nameof(end), end, $"A range that starts at row {start} must end behind it.");
        Start = start;
        End = end;
    }

    /// <summary>First row, from 0.</summary>
    public long Start { get; }

    /// <summary>Row after the last one; null means the end of the file.</summary>
    public long? End { get; }

    /// <summary>Reads <c>a..b</c>, <c>a..</c> or <c>..b</c>; a and b are plain decimal numbers, b greater than a.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static RowRange Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out RowRange range)
            ? range
            : throw new FormatException(
                $"'{text}' is no range of rows: write a..b, a.. or ..b (from row a up to, not including, row b; b greater than a).");
    }

    /// <summary>Like <see cref="Parse"/>, but false when the text is not of that form.</summary>
    public static bool TryParse(string? text, out RowRange range)
    {
        range = default;
        int dots = text?.IndexOf("..", StringComparison.Ordinal) ?? -1;
        if (dots < 0 || text!.Length == 2)
            return false;
        ReadOnlySpan<char> first = text.AsSpan(0, dots);
        ReadOnlySpan<char> last = text.AsSpan(dots + 2);
        long start = 0;
        long end = 0;
        if (first.Length > 0 && !TryParseRow(first, out start))
            return false;
        if (last.Length > 0 && (!TryParseRow(last, out end) || end <= start))
            return false;
        range = new RowRange(start, last.Length > 0 ? end : null);
        return true;
    }

    /// <summary>Applies the range to a file.</summary>
    /// <param name="rowCount">Rows of the file.</param>
    /// <param name="file">What the message calls the file.</param>
    /// <returns>The first row and the number of rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A row of the range lies outside the file.</exception>
    public (long First, long Count) Resolve(long rowCount, string file = "the file")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (this == default)
            return (0, rowCount);
        if (Start >= rowCount || End > rowCount)
            throw new ArgumentOutOfRangeException(nameof(rowCount), $"The rows {this} lie outside {file}, which has {rowCount} rows.");
        return (Start, (End ?? rowCount) - Start);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}..{End}");

    private static bool TryParseRow(ReadOnlySpan<char> digits, out long row) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out row);
}
