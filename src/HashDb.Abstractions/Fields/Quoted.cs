using System.Globalization;
using System.Text;

namespace HashDb.Fields;

/// <summary>Texts of callers in messages: they may be long, and hold line breaks.</summary>
internal static class Quoted
{
    private const int MaxLength = 40;

    /// <summary>True when every surrogate is half of a pair, so that the text has UTF-8.</summary>
    public static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[length..];
        }
        return true;
    }

    /// <summary>The beginning of a text, in one line.</summary>
    public static string Cut(string text)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in text.AsSpan(0, Math.Min(text.Length, MaxLength)).EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                shown.Append(rune.ToString());
        }
        return shown.Append(text.Length > MaxLength ? "..." : "").ToString();
    }
}
