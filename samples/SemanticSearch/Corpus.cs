using System.Runtime.InteropServices;
using System.Text;
using System.Xml.Linq;

namespace SemanticSearch;

/// <summary>The XML documentation that the .NET SDK has beside its reference assemblies: some 52,000 different summaries.</summary>
internal static class Corpus
{
    private const int MinWords = 4;

    private static readonly string[] Packs = ["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"];

    /// <summary>Reads documents under the names of their members; each text once, types before members.</summary>
    /// <param name="options">Which; a limit takes evenly of all, or of the types alone when these are enough.</param>
    public static IReadOnlyList<KeyValuePair<string, Document>> Read(CorpusOptions options)
    {
        var documents = new Dictionary<string, Document>();
        var texts = new HashSet<string>();
        foreach (string file in Files(options.Files))
        {
            XElement root = XDocument.Load(file).Root!;
            string assembly = root.Element("assembly")?.Element("name")?.Value ?? Path.GetFileNameWithoutExtension(file);
            var date = new DateTimeOffset(File.GetLastWriteTimeUtc(file));
            foreach (XElement member in root.Descendants("member"))
            {
                string? key = member.Attribute("name")?.Value;
                string text = TextOf(member.Element("summary"));
                bool isKey = key is not null && Encoding.UTF8.GetByteCount(key) <= HashDb.StorageLimits.MaxKeyBytes;
                if (isKey && KindOf(key!) is { } kind && text.Count(' '.Equals) >= MinWords - 1 && texts.Add(text))
                    documents.TryAdd(key!, new Document(TitleOf(key!), UrlOf(key!), text, [kind, assembly], date));
            }
        }
        var ordered = documents.OrderBy(one => !IsType(one.Key)).ThenBy(one => one.Key, StringComparer.Ordinal).ToList();
        int limit = options.Limit;
        if (limit <= 0 || limit >= ordered.Count)
            return ordered;
        int types = ordered.Count(one => IsType(one.Key));
        int among = limit <= types ? types : ordered.Count;
        return [.. Enumerable.Range(0, limit).Select(i => ordered[(int)((long)i * among / limit)])];
    }

    /// <summary>One file a name, those of the framework before those of ASP.NET, which repeats them.</summary>
    private static string[] Files(string pattern)
    {
        string packs = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "packs"));
        string[] files = [.. Packs
            .Select(pack => Path.Combine(packs, pack))
            .Where(Directory.Exists)
            .SelectMany(pack => Directory.GetFiles(pack, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            // Signatures of processor instructions, which are no sentences.
            .Where(file => !Path.GetFileName(file).Contains("Intrinsics", StringComparison.Ordinal))
            .DistinctBy(Path.GetFileName)];
        return files.Length > 0
            ? files
            : throw new FileNotFoundException($"No documentation '{pattern}' under {packs}. It comes with the .NET SDK.");
    }

    private static bool IsType(string key) => key.StartsWith("T:", StringComparison.Ordinal);

    private static string? KindOf(string key) => key[..2] switch
    {
        "T:" => "type",
        "M:" => "method",
        "P:" => "property",
        "F:" => "field",
        "E:" => "event",
        _ => null,
    };

    /// <summary><c>M:System.Collections.Generic.List`1.Add(`0)</c>: <c>System.Collections.Generic.List.Add</c>.</summary>
    private static string TitleOf(string key) =>
        string.Join('.', NameOf(key).Split('.').Select(part => part.Split('`')[0])).Replace("#ctor", "constructor");

    private static string UrlOf(string key) =>
        "https://learn.microsoft.com/dotnet/api/"
        + NameOf(key).Split("``")[0].Replace('`', '-').Replace('#', '-').ToLowerInvariant();

    private static string NameOf(string key) => key[2..].Split('(', '~')[0];

    /// <summary>The summary as one line, with the names that it refers to.</summary>
    private static string TextOf(XElement? summary)
    {
        if (summary is null)
            return "";
        foreach (XElement reference in summary.Descendants().Where(one => one.IsEmpty).ToList())
        {
            string? name = (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name"))?.Value;
            reference.ReplaceWith(new XText(name is null ? " " : TitleOf(name.Contains(':') ? name : "!:" + name).Split('.')[^1]));
        }
        foreach (XElement paragraph in summary.Descendants("para"))
            paragraph.AddFirst(" ");
        return string.Join(' ', summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
