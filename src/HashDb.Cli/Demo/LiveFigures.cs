
namespace HashDb.Cli.Demo;

/// <summary>What learning from a stream did to a collection that went on serving.</summary>
/// <param name="Learned">Labelled pictures that were learned.</param>
/// <param name="LearnTime">Time that took, each batch flushed.</param>
/// <param name="Draft">The draft when all was learned, before it was published.</param>
/// <param name="Published">The change of generation.</param>
/// <param name="Before">Precision and candidates under random hyperplanes.</param>
/// <param name="After">The same after publishing.</param>
/// <param name="Reader">The reader that searched all the while.</param>
internal sealed record LiveFigures(
    int Learned, TimeSpan LearnTime, DraftStatistics Draft, GenerationReport Published, RadiusFigures Before, RadiusFigures After,
    ReaderFigures Reader);
