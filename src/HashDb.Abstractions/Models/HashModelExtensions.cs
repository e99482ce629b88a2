namespace HashDb.Models;

/// <summary>Conveniences over <see cref="IHashModel"/>.</summary>
public static class HashModelExtensions
{
    /// <summary>Bytes of all hashcodes of one vector: <c>TableCount * ceil(BitCount / 8)</c>.</summary>
    public static int GetHashcodeByteCount(this IHashModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.TableCount * HashcodeMath.ByteCount(model.BitCount);
    }

    /// <summary>The hashcode of one raw vector in one table.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vector">float32, length <see cref="IHashModel.Dimensions"/>.</param>
    /// <param name="tableIndex">0 to <see cref="IHashModel.TableCount"/> - 1.</param>
    /// <exception cref="ArgumentException">The vector has another length, is not finite or has no direction.</exception>
    public static Hashcode EncodeOne(this IHashModel model, ReadOnlySpan<float> vector, int tableIndex = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        if ((uint)tableIndex >= (uint)model.TableCount)
            throw new ArgumentOutOfRangeException(nameof(tableIndex), tableIndex, $"The model has {model.TableCount} tables.");
        byte[] codes = new byte[model.GetHashcodeByteCount()];
        model.Encode(vector, 1, codes);
        int byteCount = HashcodeMath.ByteCount(model.BitCount);
        return Hashcode.FromBytes(codes.AsSpan(tableIndex * byteCount, byteCount), model.BitCount);
    }
}
