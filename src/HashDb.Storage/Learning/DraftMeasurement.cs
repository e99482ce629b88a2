// Figures of a draft beside the live model, from a snapshot: nothing waits for it.
using System.Numerics;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Evaluation;
using HashDb.Models.Files;
using HashDb.Models.Numerics;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Learning;

internal static class DraftMeasurement
{
    /// <summary>Seed of the sample of rows and of the division of the reservoir: the same at every call.</summary>
    private const ulong Seed = 0x6472616674;

    private const int QueryShare = 4;
    private const int NeighbourCount = 10;
    private const int EncodeRows = 256;

    public static DraftStatistics Measure(DraftSnapshot draft, CollectionState state)
    {
        IHashModel model = draft.State.ToModel();
        (int rows, int changed, long bits) = MeasureDrift(model, state);
        int radius = Math.Max(2, model.BitCount / 8);
        return new DraftStatistics
        {
            ItemCount = draft.State.ItemCount,
            MovedCount = draft.State.UpdateCount,
            ClassCount = draft.State.ClassCount,
            BaseFingerprint = draft.State.BaseFingerprint,
            Fingerprint = HashModelFile.Fingerprint(model),
            SampledRows = rows,
            Drift = rows == 0 ? 0 : changed / (double)rows,
            MeanChangedBits = rows == 0 ? 0 : bits / (double)rows,
            ReservoirCount = draft.Reservoir.Items.Count,
            QualityRadius = radius,
            Quality = MeasureQuality(draft.Reservoir, state.Model, model, radius),
        };
    }

    /// <summary>Encodes a sample of the stored vectors and compares with the stored hashcodes.</summary>
    private static (int Rows, int Changed, long Bits) MeasureDrift(IHashModel model, CollectionState state)
    {
        uint[] rows = SampleRows(state);
        int dimensions = model.Dimensions, codeBytes = model.GetHashcodeByteCount();
        float[] vectors = new float[Math.Min(EncodeRows, rows.Length) * dimensions];
        byte[] codes = new byte[Math.Min(EncodeRows, rows.Length) * codeBytes];
        int changed = 0;
        long bits = 0;
        for (int first = 0; first < rows.Length; first += EncodeRows)
        {
            int count = Math.Min(EncodeRows, rows.Length - first);
            for (int i = 0; i < count; i++)
                state.Records.VectorOf(rows[first + i]).CopyTo(vectors.AsSpan(i * dimensions));
            model.Encode(vectors.AsSpan(0, count * dimensions), count, codes.AsSpan(0, count * codeBytes));
            for (int i = 0; i < count; i++)
            {
                int differing = 0;
                ReadOnlySpan<byte> stored = state.Codes.Row(rows[first + i]);
                for (int j = 0; j < codeBytes; j++)
                    differing += BitOperations.PopCount((uint)(stored[j] ^ codes[(i * codeBytes) + j]));
                changed += differing > 0 ? 1 : 0;
                bits += differing;
            }
        }
        return (rows.Length, changed, bits);
    }

    /// <summary>Live rows, each at most once, ascending: drawn by a fixed seed from the rows that there are.</summary>
    private static uint[] SampleRows(CollectionState state)
    {
        uint count = state.RowCount;
        var sample = new SortedSet<uint>();
        if (count <= StorageLimits.MaxDriftRows)
        {
            for (uint row = 0; row < count; row++)
                sample.Add(row);
        }
        else
        {
            var random = new SeededRandom(Seed);
            for (int draw = 0; draw < StorageLimits.MaxDriftRows; draw++)
                sample.Add((uint)random.NextInt32((int)count));
        }
        return [.. sample.Where(row => !state.Records.Dead.IsDead(row))];
    }

    private static DraftQuality? MeasureQuality(DraftReservoir reservoir, IHashModel live, IHashModel draft, int radius)
    {
        // A vector without direction has no cosine; it cannot be a query or an answer here.
        (float[] Vector, int[] Labels)[] items = [.. reservoir.Items.Where(item => item.Vector.AsSpan().ContainsAnyExcept(0f))];
        if (items.Length < StorageLimits.MinQualityItems)
            return null;
        var vectors = new FeatureMatrix((float[])[.. items.SelectMany(item => item.Vector)], live.Dimensions);
        var places = new Dictionary<int, int>();
        foreach (int label in items.SelectMany(item => item.Labels).Distinct().Order())
            places.Add(label, places.Count);
        LabelSet labels = LabelSet.FromRows(
            [.. items.Select(item => (IReadOnlyList<int>)[.. item.Labels.Select(label => places[label]).Order()])], places.Count);
        EvaluationSplit split = EvaluationSplit.Create(items.Length, items.Length / QueryShare, 0, Seed);
        IReadOnlyList<RadiusEvaluationResult> results = RadiusEvaluation.Run(
            [live, draft], vectors, labels, split, new RadiusEvaluationOptions { MaxRadius = radius, NeighborCount = NeighbourCount });
        RadiusPoint before = results[0].Points[radius], after = results[1].Points[radius];
        return new DraftQuality(before.Precision, after.Precision, before.MeanCandidates, after.MeanCandidates);
    }
}
