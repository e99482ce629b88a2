namespace HashDb.Models.Numerics;

/// <summary>
/// The heavy products of training, behind one seam so that a faster library can take them over. All matrices are row-major
/// float32. Implementations are stateless and safe to call from many threads; each call runs on its calling thread.
/// </summary>
/// <remarks>
/// Two implementations agree to rounding, not to the bit, so a model file made with one may differ in its last digits from one
/// made with the other. Hashcodes of a saved model never depend on the implementation: encoding does not use it.
/// </remarks>
public interface IDenseAlgebra
{
    /// <summary>What the implementation is called in settings and reports, such as <c>managed</c>.</summary>
    string Name { get; }

    /// <summary>Computes <c>left * right'</c>.</summary>
    /// <param name="left"><c>rows * depth</c>.</param>
    /// <param name="right"><c>columns * depth</c>.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Columns of the product.</param>
    /// <param name="depth">Length of the rows of both.</param>
    /// <param name="product">Receives <c>rows * columns</c>.</param>
    void MultiplyTransposed(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rows, int columns, int depth, Span<float> product);

    /// <summary>Adds <c>left' * right</c>, summed over the rows in double precision across blocks.</summary>
    /// <param name="left"><c>count * rows</c>.</param>
    /// <param name="right"><c>count * columns</c>.</param>
    /// <param name="count">Rows of both.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Columns of the product.</param>
    /// <param name="product">Row-major, <c>rows * columns</c>, added to.</param>
    void AddCrossProduct(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, int count, int rows, int columns, Span<double> product);

    /// <summary>Adds the lower triangle of <c>sum_n weights[n] vectors[n] vectors[n]'</c>.</summary>
    /// <param name="vectors"><c>count * width</c>.</param>
    /// <param name="weights">Length <c>count</c>.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="width">Length of a vector.</param>
    /// <param name="gram">Row-major, <c>width * width</c>; its lower triangle is added to, the rest is left alone.</param>
    void AddWeightedGram(ReadOnlySpan<float> vectors, ReadOnlySpan<float> weights, int count, int width, Span<double> gram);

    /// <summary>Computes <c>vectors * lower'</c>.</summary>
    /// <param name="vectors"><c>count * width</c>.</param>
    /// <param name="lower">Lower triangle, <c>width * width</c>, zero above the diagonal.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="width">Length of a vector.</param>
    /// <param name="product">Receives <c>count * width</c>; must not overlap.</param>
    void MultiplyLower(ReadOnlySpan<float> vectors, ReadOnlySpan<float> lower, int count, int width, Span<float> product);

    /// <summary>Computes the squared length of each row of <c>vectors * lower'</c>, without keeping the product.</summary>
    /// <param name="vectors"><c>count * width</c>.</param>
    /// <param name="lower">Lower triangle, <c>width * width</c>, zero above the diagonal.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="width">Length of a vector.</param>
    /// <param name="norms">Receives <c>count</c> squared lengths.</param>
    void LowerSquaredNorms(ReadOnlySpan<float> vectors, ReadOnlySpan<float> lower, int count, int width, Span<double> norms);
}
