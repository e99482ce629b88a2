namespace HashDb.Models;

/// <summary>
/// A trained hash function: maps a raw feature vector to one hashcode per hash table. Immutable and safe to use from many
/// threads. Preprocessing is part of the model, so callers always pass raw vectors.
/// </summary>
/// <remarks>
/// Encoding is deterministic: the same model file and the same vector give the same hashcode on every machine, at every
/// SIMD width, in every batch size and on every thread.
/// </remarks>
public interface IHashModel
{
    /// <summary>The kind under which the model is registered with <c>HashModelFile</c>, such as <c>lsh</c>.</summary>
    string Kind { get; }

    /// <summary>Length of a feature vector.</summary>
    int Dimensions { get; }

    /// <summary>Length of one hashcode in bits, <see cref="Hashcode.MinBitCount"/> to <see cref="Hashcode.MaxBitCount"/>.</summary>
    int BitCount { get; }

    /// <summary>Number of independent codings of the same vector, 1 to <see cref="ModelLimits.MaxTableCount"/>.</summary>
    int TableCount { get; }

    /// <summary>What is done to a raw vector before the hash functions see it.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>How the model came about: options, seed, training rows, fingerprint of the data.</summary>
    ModelProvenance Provenance { get; }

    /// <summary>Encodes a batch of raw vectors.</summary>
    /// <param name="vectors">Row-major, <c>count * Dimensions</c>, float32.</param>
    /// <param name="count">Number of vectors.</param>
    /// <param name="hashcodes">
    /// Receives the packed hashcodes, row-major, <c>count * TableCount * ceil(BitCount / 8)</c> bytes: bit i of a code is bit
    /// i % 8 of its byte i / 8, and bits from BitCount on are zero.
    /// </param>
    /// <exception cref="ArgumentException">A size does not fit, or a vector is not finite or has no direction; names the row.</exception>
    void Encode(ReadOnlySpan<float> vectors, int count, Span<byte> hashcodes);

    /// <summary>Encodes one raw vector and reports how far each bit is from flipping.</summary>
    /// <param name="vector">float32, length <see cref="Dimensions"/>.</param>
    /// <param name="hashcodes">Receives <c>TableCount * ceil(BitCount / 8)</c> bytes, the same bits as <see cref="Encode"/> gives.</param>
    /// <param name="margins">
    /// Receives <c>TableCount * BitCount</c> signed function values; the bit is set when its value lies on the positive side.
    /// Only their magnitudes, compared within one table, have a meaning.
    /// </param>
    void EncodeWithMargins(ReadOnlySpan<float> vector, Span<byte> hashcodes, Span<float> margins);
}
