// What is done with the tiles of a triangular product: keep them, or reduce each row to its squared length at once, so that the
// product itself (as large as the training set's features) never goes to memory.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HashDb.Models.Numerics;

/// <summary>Copies tiles into a row-major matrix.</summary>
internal readonly unsafe struct StoringSink(float* target, long stride) : ITileSink<float>
{
    public void Accept(int row, int column, float* tile, int rows, int columns, int tileStride)
    {
        for (int i = 0; i < rows; i++)
            Unsafe.CopyBlockUnaligned(target + ((row + i) * stride) + column, tile + (i * tileStride), (uint)(columns * sizeof(float)));
    }
}

/// <summary>
/// Sums the squares of each row in four double-precision chains (column modulo four), the same at every vector width.
/// </summary>
internal readonly unsafe struct SquaredNormSink(double* chains) : ITileSink<float>
{
    /// <summary>Doubles of scratch per row.</summary>
    public const int Chains = 4;

    public void Accept(int row, int column, float* tile, int rows, int columns, int tileStride)
    {
        // The columns beyond the last are padded with zeros, so whole tiles can be summed.
        for (int i = 0; i < rows; i++)
        {
            double* chain = chains + ((long)(row + i) * Chains);
            Vector256<double> sum = Vector256.Load(chain);
            float* values = tile + (i * tileStride);
            for (int j = 0; j < tileStride; j += Chains)
            {
                Vector256<double> value = Vector256.WidenLower(Vector128.Load(values + j).ToVector256Unsafe());
                sum = Vector256.FusedMultiplyAdd(value, value, sum);
            }

            sum.Store(chain);
        }
    }

    public static double Sum(double* chain) => chain[0] + chain[1] + (chain[2] + chain[3]);
}
