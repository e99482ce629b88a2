namespace HashDb.Storage.Sketches;

/// <summary>
/// What the steps of a search cost, in nanoseconds, about. Constants of the shape and not of the machine, so that the same rows give the
/// same answers everywhere.
/// </summary>
internal static class SketchCosts
{
    /// <summary>Asking what is known of a row and a filter.</summary>
    public const double OfFilter = 3;

    /// <summary>Passing over a row that is known not to match: 64 of them are one word.</summary>
    public const double OfPassing = .02;

    private const double Line = .03;
    private const double Read = 40;
    private const double Element = .25;
    private const double ElementOfCentre = .1;

    /// <summary>Estimating the distance of a row.</summary>
    public static double OfEstimate(SketchShape shape) => shape.Lines * Line;

    /// <summary>Reading a vector and comparing it.</summary>
    public static double OfRead(SketchShape shape) => Read + (shape.Dimensions * Element);

    /// <summary>Preparing a query, and ordering the cells.</summary>
    public static double OfBeginning(SketchShape shape, int cellCount) => cellCount * shape.Dimensions * ElementOfCentre;

    /// <summary>Vectors that a search reads, of those that match.</summary>
    public static double UsualReads(int wanted) => 64 + (4.0 * wanted);
}
