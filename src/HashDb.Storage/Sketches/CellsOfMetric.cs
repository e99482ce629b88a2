using HashDb.Models;
using HashDb.Models.Kinds.Cells;

namespace HashDb.Storage.Sketches;

/// <summary>Cells are those of unit vectors for the cosine, and of the vectors themselves for the other metrics.</summary>
internal static class CellsOfMetric
{
    /// <exception cref="ArgumentException">The model is of cells for another metric.</exception>
    public static void Check(IHashModel? model, DistanceMetric metric, string parameter)
    {
        if (model is not CellsModel cells || Preprocessing.Scales(cells.Preprocessing.Order) == (metric == DistanceMetric.Cosine))
            return;
        throw new ArgumentException(
            metric == DistanceMetric.Cosine
                ? "The cells are of vectors that are not scaled to unit length; the metric Cosine needs cells that were trained for it."
                : $"The cells were trained for the metric Cosine; the collection has the metric {metric}.",
            parameter);
    }
}
