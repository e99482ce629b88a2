namespace HashDb.Models.Numerics;

/// <summary>Checks of matrix sizes, shared by every implementation of the products.</summary>
internal static class ProductShape
{
    public static void Check(int length, int rows, int columns, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (length != (long)rows * columns)
            throw new ArgumentException($"A matrix of {rows} x {columns} has {(long)rows * columns} elements, not {length}.", name);
    }
}
