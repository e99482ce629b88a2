// How a search for a recall with a filter goes about it, decided before it begins: compare all rows that match, or look at sketches for as
// many rows as hold the wanted matches if those are spread evenly. A sample of the rows, the same each time, tells how many match. Field
// indexes would tell it better, but then an answer would depend on whether they are ready.
using HashDb.Storage.Sketches;

namespace HashDb.Storage.Query;

/// <param name="ComparesAll">All rows that match are compared: they are few, or it costs no more than sketches.</param>
/// <param name="Share">The share of rows that match, about.</param>
internal readonly record struct FilterPlan(bool ComparesAll, double Share)
{
    /// <summary>512 rows to tell whether a filter matches about one row in 500, or fewer.</summary>
    private const uint SampledRows = 512;

    /// <summary>Without a filter all rows match.</summary>
    private static readonly FilterPlan Unfiltered = new(false, 1);

    public static FilterPlan Of(SketchIndex sketches, in RowSelection selection, int wanted, double target)
    {
        if (selection.Filter is not { } filter)
            return Unfiltered;
        double share = ShareOfSample(selection, filter);
        bool comparesAll = share == 0
            || CostOfAll(sketches, share, selection.VisibleRows) <= CostOfSketches(sketches, wanted, share, target, selection.VisibleRows);
        return new FilterPlan(comparesAll, share);
    }

    private static double ShareOfSample(in RowSelection selection, RowFilter filter)
    {
        uint step = Math.Max(1, selection.VisibleRows / SampledRows);
        int looked = 0, matched = 0;
        for (uint row = step / 2; row < selection.VisibleRows; row += step)
        {
            if (!selection.Unfiltered.Contains(row))
                continue;
            looked++;
            matched += filter.Matches(row) ? 1 : 0;
        }
        return matched / (double)Math.Max(1, looked);
    }

    private static double CostOfAll(SketchIndex sketches, double share, uint rows) =>
        rows * ((share * SketchCosts.OfRead(sketches.Shape)) + SketchCosts.OfPassing);

    private static double CostOfSketches(SketchIndex sketches, int wanted, double share, double target, uint rows)
    {
        double cells = SketchCalibration.CellsForMatches(sketches.Calibration, sketches.CellCount, wanted / share, target);
        return SketchCosts.OfBeginning(sketches.Shape, sketches.CellCount)
            + (cells / sketches.CellCount * rows * (SketchCosts.OfEstimate(sketches.Shape) + SketchCosts.OfFilter))
            + (SketchCosts.UsualReads(wanted) * SketchCosts.OfRead(sketches.Shape));
    }
}
