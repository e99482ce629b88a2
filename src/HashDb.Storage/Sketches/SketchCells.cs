// The cells by which the rows of a generation have sketches: the model's own, where it is of cells, otherwise those in a file beside it,
// docs/FILE-FORMAT.md. A file that is damaged is passed over: the generation serves without sketches, and a recall is kept by comparing
// all vectors, until the next re-index.
using System.Numerics;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Records;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage.Sketches;

internal static class SketchCells
{
    private const int RowsPerCell = 64;
    private const int RowsPerCheck = 4_096;
    private const long MaxSampleBytes = 128L * 1024 * 1024;

    /// <summary>The number of cells for a number of rows: the power of two that is nearest to the root.</summary>
    public static int CountFor(long rows) =>
        (int)Math.Min(
            CellsModel.MaxCellCount, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, Math.Sqrt(rows / 2.0))));

    /// <summary>The cells of a generation that there is; null when its rows have no sketches.</summary>
    /// <param name="path">The file beside the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="metric">The collection's.</param>
    /// <param name="name">The collection's, for a message.</param>
    /// <param name="logger">Told of damage.</param>
    public static CellsModel? Read(string path, IHashModel model, DistanceMetric metric, string name, ILogger logger)
    {
        if (model is CellsModel own)
            return own;
        if (!File.Exists(path))
            return null;
        try
        {
            if (HashModelFile.FromBytes(File.ReadAllBytes(path), path) is CellsModel cells && cells.Dimensions == model.Dimensions)
            {
                CellsOfMetric.Check(cells, metric, nameof(path));
                return cells;
            }
            StorageLog.CellsPassedOver(logger, name, path, "it holds no cells for these vectors");
        }
        catch (Exception exception) when (exception is HashDbException or ArgumentException)
        {
            StorageLog.CellsPassedOver(logger, name, path, exception.Message);
        }
        return null;
    }

    /// <summary>Copies rows to train on, from all over the files, and says how many cells they are for.</summary>
    /// <param name="records">The rows.</param>
    /// <param name="rowCount">Rows to look at.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static (FeatureMatrix Rows, int CellCount) Sample(RecordStore records, uint rowCount, CancellationToken cancellationToken)
    {
        long live = Math.Max(0, rowCount - records.Dead.Count);
        int cells = CountFor(live);
        int dimensions = records.Dimensions;
        int count = (int)Math.Min(Math.Min((long)cells * RowsPerCell, live), MaxSampleBytes / records.Vectors.Stride);
        float[] sample = new float[(long)count * dimensions];
        int taken = 0;
        long seen = 0;
        for (uint row = 0; row < rowCount && taken < count; row++)
        {
            if (row % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            // Places are counted over the live rows: over all of them, hardly any would be found where most are dead.
            if (records.Dead.IsDead(row) || seen++ * count / live < taken)
                continue;
            records.VectorOf(row).CopyTo(sample.AsSpan(taken * dimensions));
            taken++;
        }
        return (new FeatureMatrix(sample.AsMemory(0, taken * dimensions), dimensions), Math.Min(cells, taken));
    }

    /// <summary>Trains cells on a sample; one cell around nothing when it is empty.</summary>
    /// <param name="sample">What <see cref="Sample"/> gave.</param>
    /// <param name="metric">The collection's.</param>
    /// <param name="cores">Threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static CellsModel Train(
        (FeatureMatrix Rows, int CellCount) sample, DistanceMetric metric, int cores, CancellationToken cancellationToken) =>
        sample.CellCount == 0
            ? CellsTrainer.Untrained(sample.Rows.Dimensions, metric)
            : CellsTrainer.Train(
                new CellsOptions
                {
                    CellCount = sample.CellCount,
                    Metric = metric,
                    MaxDegreeOfParallelism = cores,
                    IsAutomatic = true,
                },
                sample.Rows,
                cancellationToken);
}
