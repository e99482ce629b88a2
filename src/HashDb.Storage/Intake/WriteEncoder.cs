using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Storage.Log;

namespace HashDb.Storage.Intake;

/// <summary>Encodes the vectors of a write where they lie in the log frame. The model shares large batches among threads itself.</summary>
internal static class WriteEncoder
{
    /// <exception cref="ArgumentException">The model cannot encode a vector; names the record.</exception>
    public static void Encode(IHashModel model, StoreFrame records)
    {
        try
        {
            model.Encode(MemoryMarshal.Cast<byte, float>(records.Vectors), records.Count, records.Codes);
        }
        catch (ArgumentException)
        {
            NameUnencodable(model, records);
            throw;
        }
    }

    /// <summary>A model may refuse a vector that the metric allows, such as one that equals its mean. Says which record it is.</summary>
    private static void NameUnencodable(IHashModel model, StoreFrame records)
    {
        byte[] codes = new byte[model.GetHashcodeByteCount()];
        for (int i = 0; i < records.Count; i++)
        {
            try
            {
                model.Encode(MemoryMarshal.Cast<byte, float>(records.VectorAt(i)), 1, codes);
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException(
                    $"Record {i} (id {records.IdAt(i)}) cannot be hashed: {exception.Message}", nameof(records), exception);
            }
        }
    }
}
