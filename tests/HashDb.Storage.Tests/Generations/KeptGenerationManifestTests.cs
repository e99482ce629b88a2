using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Generations;

/// <summary>What a manifest says of the kept generation comes back as it was, and is refused when it cannot be true.</summary>
public sealed class KeptGenerationManifestTests : IDisposable
{
    private const uint LiveGeneration = 7;
    private const uint LiveRecords = 3;
    private const long Rows = 1_000;
    private static readonly ModelFingerprint Model = HashModelFile.Fingerprint(Samples.Model(8, 16));
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<uint, int, int, uint, long> Sound => new()
    {
        { 6, 16, 1, LiveRecords, Rows },
        { 1, 8, 64, LiveRecords, 0 },
        { 6, 512, 1, LiveRecords - 1, 0 },
    };

    public static TheoryData<uint, int, int, uint, long> Impossible => new()
    {
        { LiveGeneration, 16, 1, LiveRecords, Rows },
        { LiveGeneration + 1, 16, 1, LiveRecords, Rows },
        { 6, 7, 1, LiveRecords, Rows },
        { 6, 513, 1, LiveRecords, Rows },
        { 6, 16, 0, LiveRecords, Rows },
        { 6, 16, 65, LiveRecords, Rows },
        { 6, 16, 1, LiveRecords, Rows + 1 },
        { 6, 16, 1, LiveRecords, -1 },
        { 6, 16, 1, LiveRecords - 1, 1 },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Sound))]
    public void Kept_generation_comes_back_from_a_manifest(uint generation, int bits, int tables, uint records, long rows)
    {
        var kept = new KeptGeneration(generation, Model, bits, tables, records, rows);
        Read(kept).Previous.ShouldBe(kept);
    }

    [Fact]
    public void Manifest_without_a_kept_generation_has_none() => Read(null).Previous.ShouldBeNull();

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Kept_generation_that_does_not_fit_the_live_one_is_damage(uint generation, int bits, int tables, uint records, long rows) =>
        Should.Throw<CorruptDataException>(
            () => Read(new KeptGeneration(generation, Model, bits, tables, records, rows))).File.ShouldBe(_directory.Of("manifest"));

    private CollectionManifest Read(KeptGeneration? kept)
    {
        var manifest = new CollectionManifest
        {
            CollectionId = Guid.NewGuid(),
            Dimensions = 8,
            Metric = DistanceMetric.Cosine,
            BitCount = 16,
            TableCount = 1,
            Model = Model,
            Records = LiveRecords,
            Generation = LiveGeneration,
            Checkpoint = 9,
            RowCount = Rows,
            BlobTail = 0,
            AppliedSequenceNumber = Rows,
            LogSegment = 4,
            DeadRows = [],
            Clients = [],
            Previous = kept,
        };
        File.WriteAllBytes(_directory.Of("manifest"), manifest.ToBytes());
        return CollectionManifest.Read(_directory.Of("manifest"));
    }
}
