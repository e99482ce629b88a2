namespace HashDb.Models.Data.Internal;

/// <summary>What a file's header says about the numbers behind it.</summary>
/// <param name="Type">What one number is.</param>
/// <param name="Shape">Length of each axis; the first counts the rows.</param>
/// <param name="DataOffset">Where the first row starts.</param>
/// <param name="RowHeaderBytes">Bytes before each row; 0, or 4 in the vecs formats, where they repeat the dimensions.</param>
internal sealed record ArrayLayout(ElementType Type, IReadOnlyList<long> Shape, long DataOffset, int RowHeaderBytes = 0)
{
    /// <summary>True when the first axis varies fastest, as in Fortran. Never set when at most one axis is longer than 1.</summary>
    public bool IsColumnMajor { get; init; }

    /// <summary>True when at most one axis is longer than 1, so that the numbers have one order whatever the shape.</summary>
    public bool IsOneAxis => Shape.Count > 0 && Shape.Count(axis => axis != 1) <= 1;

    public string ShapeText => $"({string.Join(", ", Shape)})";

    /// <summary>The numbers of one axis, wherever it stands in the shape, as rows of one number; other layouts as they are.</summary>
    public ArrayLayout AlongOneAxis()
    {
        // Rows of one number are what is wanted already, also where each has a header of its own.
        if (!IsOneAxis || Shape.Skip(1).Contains(0) || (RowHeaderBytes > 0 && Shape[^1] == 1))
            return this;
        return this with
        {
            Shape = [Shape.Aggregate(1L, (product, axis) => product * axis)],
            DataOffset = DataOffset + RowHeaderBytes,
            RowHeaderBytes = 0,
        };
    }
}
