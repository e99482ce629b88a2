namespace HashDb.Models.Data.Internal;

/// <summary>What a file's header says about the numbers behind it.</summary>
/// <param name="Type">What one number is.</param>
/// <param name="Shape">Length of each axis; the first counts the rows.</param>
/// <param name="DataOffset">Where the first row starts.</param>
/// <param name="RowHeaderBytes">Bytes before each row; 0, or 4 in the vecs formats, where they repeat the dimensions.</param>
internal sealed record ArrayLayout(ElementType Type, IReadOnlyList<long> Shape, long DataOffset, int RowHeaderBytes = 0)
{
    public string ShapeText => $"({string.Join(", ", Shape)})";
}
