using System.Globalization;
using System.Text.RegularExpressions;
using HashDb.Models.Files;

namespace HashDb.Models.Tests.Files;

/// <summary>docs/MODEL-FILE.md says what ModelFileLayout and the limits say.</summary>
public sealed partial class ModelFileDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "MODEL-FILE.md"));

    [Fact]
    public void Envelope_has_the_documented_offsets_and_sizes()
    {
        Dictionary<string, (int Offset, string Bytes)> rows = EnvelopeRow().Matches(Document).ToDictionary(
            match => match.Groups["name"].Value,
            match => (int.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture), match.Groups["bytes"].Value));
        rows["magic"].ShouldBe((ModelFileLayout.MagicOffset, $"{ModelFileLayout.Magic.Length}"));
        rows["version"].ShouldBe((ModelFileLayout.VersionOffset, $"{sizeof(ushort)}"));
        rows["reserved"].ShouldBe((ModelFileLayout.ReservedOffset, $"{sizeof(ushort)}"));
        rows["body length"].ShouldBe((ModelFileLayout.BodyLengthOffset, $"{sizeof(ulong)}"));
        rows["body"].ShouldBe((ModelFileLayout.BodyOffset, "body length"));
        Document.ShouldContain($"| {ModelFileLayout.BodyOffset} + body length | {ModelFileLayout.ChecksumBytes} | checksum |");
        Document.ShouldContain($"The model file, version {ModelFileLayout.Version}");
    }

    [Fact]
    public void Keys_are_the_documented_ones_in_their_order()
    {
        string[] keys = [.. KeyRow().Matches(Document).Select(match => match.Groups["key"].Value)];
        keys.ShouldBe([.. ModelFileLayout.BodyKeys, .. ModelFileLayout.ProvenanceKeys]);
    }

    [Fact]
    public void Limits_are_the_documented_ones()
    {
        Document.ShouldContain($"at most {Number(ModelLimits.MaxModelFileBytes)} bytes");
        Document.ShouldContain($"1 to {Number(ModelLimits.MaxDimensions)}");
        Document.ShouldContain($"{Hashcode.MinBitCount} to {Hashcode.MaxBitCount}");
        Document.ShouldContain($"1 to {ModelLimits.MaxTableCount}");
        Document.ShouldContain($"at most {Number(ModelFileLayout.MaxMapEntries)} of each");
        Document.ShouldContain($"1 to {ModelFileLayout.MaxArrayRank} ints");
    }

    [Fact]
    public void Every_built_in_kind_is_documented()
    {
        foreach (string kind in HashModelFormats.Kinds.Where(kind => !kind.StartsWith("test-", StringComparison.Ordinal)))
            Document.ShouldContain($"| `{kind}` |");
    }

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (?<offset>\d+) \| (?<bytes>[^|]+) \| (?<name>[a-z ]+) \|", RegexOptions.Multiline)]
    private static partial Regex EnvelopeRow();

    [GeneratedRegex(@"^\| `(?<key>[a-z]+)` \| (str|int|map|array)", RegexOptions.Multiline)]
    private static partial Regex KeyRow();
}
