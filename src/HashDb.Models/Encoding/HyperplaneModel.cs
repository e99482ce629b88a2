// Models whose functions are hyperplanes (LSH, linear GRH, ITQ): f_k(x) = w_k . x + b_k on preprocessed vectors.
// The weights are kept twice, as they are stored and as the kernel wants them. Immutable, safe for many threads.
using HashDb.Models.Files;

namespace HashDb.Models.Encoding;

/// <summary>Base of the models that hash with hyperplanes.</summary>
public abstract class HyperplaneModel : MarginModel
{
    private const string WeightsName = "weights";
    private const string BiasName = "bias";

    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly PackedProjection _projection;

    /// <summary>Takes copies of the hyperplanes.</summary>
    /// <param name="kind">The kind under which the model is registered.</param>
    /// <param name="dimensions">Length of a vector.</param>
    /// <param name="bitCount">Hyperplanes of one table.</param>
    /// <param name="tableCount">Number of tables.</param>
    /// <param name="weights">Row-major, <c>tableCount * bitCount * dimensions</c>, float32, finite; table after table.</param>
    /// <param name="bias">One value a hyperplane, or empty for none.</param>
    /// <param name="preprocessing">What is done to a raw vector first.</param>
    /// <param name="provenance">How the hyperplanes came about; its kind must be <paramref name="kind"/>.</param>
    /// <param name="signRule">Which side of zero sets a bit.</param>
    /// <exception cref="ArgumentException">A size does not fit its limit or another size, or a value is not finite.</exception>
    protected HyperplaneModel(
        string kind,
        int dimensions,
        int bitCount,
        int tableCount,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> bias,
        Preprocessing preprocessing,
        ModelProvenance provenance,
        SignRule signRule = SignRule.NonNegative)
        : base(kind, dimensions, bitCount, tableCount, preprocessing, provenance, signRule)
    {
        _projection = new PackedProjection(weights, bias, MarginCount, dimensions);
        _weights = weights.ToArray();
        _bias = bias.ToArray();
    }

    /// <summary>The hyperplanes: row-major, <c>TableCount * BitCount * Dimensions</c>, float32.</summary>
    public ReadOnlyMemory<float> Weights => _weights;

    /// <summary>The intercepts, <c>TableCount * BitCount</c>, or empty for none.</summary>
    public ReadOnlyMemory<float> Bias => _bias;

    /// <summary>Adds the arrays <c>weights</c> and, if there is one, <c>bias</c> to a model file.</summary>
    public void WriteHyperplanes(ModelWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.AddArray<float>(WeightsName, _weights, TableCount, BitCount, Dimensions);
        if (_bias.Length > 0)
            writer.AddArray<float>(BiasName, _bias, TableCount, BitCount);
    }

    /// <summary>Reads what <see cref="WriteHyperplanes"/> wrote; the bias is empty when there is none.</summary>
    /// <exception cref="CorruptDataException">An array is missing, has another shape or holds a value that is not finite.</exception>
    public static (float[] Weights, float[] Bias) ReadHyperplanes(ModelReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        float[] weights = reader.GetArray<float>(WeightsName, reader.TableCount, reader.BitCount, reader.Dimensions);
        float[] bias = reader.HasArray(BiasName) ? reader.GetArray<float>(BiasName, reader.TableCount, reader.BitCount) : [];
        return (weights, bias);
    }

    /// <inheritdoc/>
    protected override void ComputeMargins(ReadOnlySpan<float> rows, int count, Span<float> margins) =>
        _projection.Project(rows, count, margins);
}
