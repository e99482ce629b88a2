using HashDb.Models;

namespace HashDb.Cli.Demo;

/// <summary>Everything a demo measured, for the terminal and the report.</summary>
internal sealed record DemoFigures
{
    public required int BitCount { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>What the model does to a picture before the hyperplanes see it.</summary>
    public required PreprocessingOrder Preprocessing { get; init; }

    public required int ImageCount { get; init; }

    public required int Dimensions { get; init; }

    /// <summary>Rows that were imported by this process before the first crash, and the time that took.</summary>
    public required int FirstImportRows { get; init; }

    public required TimeSpan FirstImportTime { get; init; }

    public required int ImportBatchSize { get; init; }

    public required int CrashBatchSize { get; init; }

    public required IReadOnlyList<CrashRound> Crashes { get; init; }

    public required int ResumedRows { get; init; }

    public required int QueryCount { get; init; }

    public required IReadOnlyList<RadiusFigures> Radii { get; init; }

    /// <summary>The same measure with every item a candidate: what the distance alone can do.</summary>
    public required RadiusFigures Exhaustive { get; init; }

    /// <summary>Random and learned hash functions on the same pictures.</summary>
    public required IReadOnlyList<ComparisonFigures> Comparison { get; init; }

    /// <summary>Learning from a stream while the collection serves.</summary>
    public required LiveFigures Live { get; init; }

    public required IReadOnlyList<GalleryRow> Gallery { get; init; }

    public required int GalleryCandidateLimit { get; init; }

    public required CollectionStatistics Statistics { get; init; }

    /// <summary>Time of the whole demo up to the writing of the report.</summary>
    public required TimeSpan TotalTime { get; init; }
}
