using HashDb.Models.Encoding;
using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Lsh;

/// <summary>Stores LSH models: the hyperplanes.</summary>
internal sealed class LshFormat : IHashModelFormat
{
    public string Kind => LshModel.KindName;

    public void Write(IHashModel model, ModelWriter writer) => ((LshModel)model).WriteHyperplanes(writer);

    public IHashModel Read(ModelReader reader)
    {
        (float[] weights, _) = HyperplaneModel.ReadHyperplanes(reader);
        return new LshModel(reader.Dimensions, reader.BitCount, reader.TableCount, weights, reader.Preprocessing, reader.Provenance);
    }
}
