using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using HashDb.Storage;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Records;

namespace HashDb.Architecture.Tests;

/// <summary>docs/FILE-FORMAT.md says what the constants say.</summary>
public sealed partial class FileFormatDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "FILE-FORMAT.md"));

    [Fact]
    public void File_header_offsets_are_as_documented() => OffsetsShouldMatch("## File header", typeof(FileHeader), minimum: 8);

    [Fact]
    public void Row_metadata_offsets_are_as_documented() => OffsetsShouldMatch("## Row metadata", typeof(RowMetadata), minimum: 7);

    [Fact]
    public void Manifest_offsets_are_as_documented() => OffsetsShouldMatch("## Manifest", typeof(CollectionManifest), minimum: 3);

    [Fact]
    public void Log_frame_offsets_are_as_documented() => OffsetsShouldMatch("## Write-ahead log", typeof(LogFormat), minimum: 5);

    [Fact]
    public void Draft_offsets_are_as_documented() => OffsetsShouldMatch("## Draft", typeof(DraftFile), minimum: 7);

    [Fact]
    public void Magics_are_as_documented()
    {
        uint[] constants =
        [
            DatabaseFolder.Magic, CollectionManifest.Magic, DurableMark.Magic, LogFormat.SegmentMagic, LogFormat.FrameMagic,
            RecordStore.VectorMagic, RowMetadata.Magic, CodeStore.Magic, BlobStore.Magic, DraftFile.Magic,
        ];
        uint[] documented =
        [
            .. Magic().Matches(Document).Select(
                match => uint.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .Distinct()
        ];
        documented.Order().ShouldBe(constants.Order());
        constants.Distinct().Count().ShouldBe(constants.Length);
    }

    [Fact]
    public void Lengths_are_as_documented()
    {
        FileHeader.Length.ShouldBe(64);
        RowMetadata.Length.ShouldBe(40);
        CollectionManifest.HeaderLength.ShouldBe(16);
        LogFormat.FrameHeaderLength.ShouldBe(32);
        DurableMark.Length.ShouldBe(20);
        DraftFile.HeaderLength.ShouldBe(48);
        StorageLimits.MaxReservoirItems.ShouldBe(2_048);
        StorageLimits.MinQualityItems.ShouldBe(128);
        StorageLimits.ReservoirBytes.ShouldBe(8 << 20);
        DatabaseFolder.IdentityLength.ShouldBe(16);
        BlobStore.FileBits.ShouldBe(26);
        StorageLimits.MaxBatchRecords.ShouldBe(16_384);
        LogFormat.MaxBodyBytes.ShouldBe(64 * 1024 * 1024);
    }

    [Fact]
    public void Manifest_field_counts_are_as_documented()
    {
        Document.ShouldContain(
            $"MessagePack array of {CollectionManifest.FieldCount} ({CollectionManifest.FieldCountOfVersion1} in version 1");
        Document.ShouldContain($"nil or an array of {CollectionManifest.KeptFieldCount} (");
        Document.ShouldContain($"| Version | {CollectionManifest.Version};");
    }

    [Fact]
    public void Every_source_file_it_binds_exists()
    {
        MatchCollection named = SourceFile().Matches(Document);
        named.Count.ShouldBeGreaterThan(12);
        string source = Path.Combine(Repository.Root, "src");
        foreach (Match match in named)
        {
            string path = match.Groups[1].Value;
            bool namesProject = path.StartsWith("HashDb.", StringComparison.Ordinal);
            File.Exists(Path.Combine(source, namesProject ? path : "HashDb.Storage/" + path)).ShouldBeTrue(match.Value);
        }
    }

    private static void OffsetsShouldMatch(string heading, Type type, int minimum)
    {
        int start = Document.IndexOf(heading, StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0);
        int end = Document.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        int compared = 0;
        foreach (Match row in Row().Matches(Document[start..end]))
        {
            FieldInfo? constant = type.GetField(row.Groups[2].Value + "Offset", BindingFlags.Public | BindingFlags.Static);
            if (constant is null)
                continue;
            ((int)constant.GetRawConstantValue()!).ShouldBe(
                int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), $"{type.Name}.{constant.Name}");
            compared++;
        }
        compared.ShouldBeGreaterThanOrEqualTo(minimum);
    }

    [GeneratedRegex(@"^\| (\d+) \| [^|]+ \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`0x([0-9A-F]{8})`")]
    private static partial Regex Magic();

    [GeneratedRegex(@"`((?:[\w.]+/)*\w+\.cs)`")]
    private static partial Regex SourceFile();
}
