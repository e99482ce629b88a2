using HashDb.Models;
using HashDb.Models.Files;

namespace HashDb.Storage.Generations;

/// <summary>A model as its file holds it: what is served now is what is read at the next open.</summary>
internal sealed record StoredModel(IHashModel Model, byte[] Bytes, ModelFingerprint Fingerprint)
{
    /// <summary>Writes a model as a file would hold it, and reads it back.</summary>
    public static StoredModel Of(IHashModel model)
    {
        const string Name = "the new model";
        byte[] bytes = HashModelFile.ToBytes(model);
        return new StoredModel(HashModelFile.FromBytes(bytes, Name), bytes, HashModelFile.Fingerprint(bytes, Name));
    }

    /// <summary>Reads the model of a generation.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="fingerprint">The fingerprint that the manifest names.</param>
    /// <param name="shape">Dimensions, bits and tables that the manifest names.</param>
    /// <exception cref="CorruptDataException">It is missing, damaged or another one.</exception>
    public static StoredModel Read(string path, ModelFingerprint fingerprint, (int Dimensions, int BitCount, int TableCount) shape)
    {
        if (!File.Exists(path))
            throw new CorruptDataException(path, -1, "the model file is missing");
        byte[] bytes = File.ReadAllBytes(path);
        IHashModel model = HashModelFile.FromBytes(bytes, path);
        if (HashModelFile.Fingerprint(bytes, path) != fingerprint || (model.Dimensions, model.BitCount, model.TableCount) != shape)
            throw new CorruptDataException(
                path, -1, $"this is a sound model file, but not the one that the collection was hashed with ({fingerprint})");
        return new StoredModel(model, bytes, fingerprint);
    }
}
