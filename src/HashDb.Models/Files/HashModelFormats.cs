// The kinds of models that files can hold. Safe for many threads.
using System.Collections.Concurrent;
using HashDb.Models.Kinds.Cells;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Models.Files;

/// <summary>The formats that <see cref="HashModelFile"/> knows.</summary>
public static class HashModelFormats
{
    private const int MaxKindLength = 64;

    private static readonly ConcurrentDictionary<string, IHashModelFormat> Formats = new(BuiltIn());

    /// <summary>The registered kinds in ordinal order.</summary>
    public static IReadOnlyList<string> Kinds => [.. Formats.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a format for a kind of model that a program defines.</summary>
    /// <exception cref="ArgumentException">The kind is taken, or is not 1 to 64 of the characters a-z, 0-9 and '-'.</exception>
    public static void Register(IHashModelFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        string kind = format.Kind;
        if (!IsKind(kind))
            throw new ArgumentException(
                $"'{kind}' is not a kind of model: 1 to {MaxKindLength} of the characters a-z, 0-9 and '-'.", nameof(format));
        if (!Formats.TryAdd(kind, format))
            throw new ArgumentException($"There is a format for models of kind '{kind}' already.", nameof(format));
    }

    /// <summary>The format of a kind.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.UnknownModelKind"/>: none is registered; names the kind.</exception>
    internal static IHashModelFormat Get(string kind) => Formats.TryGetValue(kind, out IHashModelFormat? format)
        ? format
        : throw new HashDbException(
            HashDbErrorCode.UnknownModelKind,
            $"No format is registered for models of kind '{kind}'; there are: {string.Join(", ", Kinds)}.");

    internal static bool IsKind(string? kind) =>
        kind is { Length: >= 1 and <= MaxKindLength } && kind.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static IEnumerable<KeyValuePair<string, IHashModelFormat>> BuiltIn()
    {
        IHashModelFormat[] formats =
        [
            new LshFormat(),
            new CellsFormat(),
            new GrhFormat(),
            new GrhStreamFormat(),
            new GphFormat(),
            new ItqFormat(),
            new CcaItqFormat(),
        ];
        return formats.Select(format => KeyValuePair.Create(format.Kind, format));
    }
}
