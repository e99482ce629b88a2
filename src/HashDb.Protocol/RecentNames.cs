// Every request names its collection, and a server has few of them: the texts that came last are kept, so that reading a
// request makes no new text for its name.
//
// Threading: slots are read and replaced whole, without locks; a race costs a new text, nothing else. Bounded by the number
// of slots and the length that is kept.
using System.Text;

namespace HashDb.Protocol;

internal static class RecentNames
{
    private const int SlotCount = 256;
    private const int MaxKeptBytes = 64;

    private static readonly string?[] Slots = new string?[SlotCount];

    /// <summary>The text of these bytes, which are valid UTF-8.</summary>
    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxKeptBytes)
            return Encoding.UTF8.GetString(utf8);
        var hash = default(HashCode);
        hash.AddBytes(utf8);
        ref string? slot = ref Slots[(uint)hash.ToHashCode() % SlotCount];
        string? kept = Volatile.Read(ref slot);
        if (kept is not null && Ascii.Equals(utf8, kept))
            return kept;
        string text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref slot, text);
        return text;
    }
}
