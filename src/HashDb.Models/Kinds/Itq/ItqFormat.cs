using HashDb.Models.Encoding;
using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Stores models of kind <c>itq</c>: hyperplanes with intercepts.</summary>
internal sealed class ItqFormat : IHashModelFormat
{
    public string Kind => ItqModel.KindName;

    public void Write(IHashModel model, ModelWriter writer) => ((ItqModel)model).WriteHyperplanes(writer);

    public IHashModel Read(ModelReader reader)
    {
        (float[] weights, float[] bias) = HyperplaneModel.ReadHyperplanes(reader);
        return new ItqModel(reader.Dimensions, reader.BitCount, weights, bias, reader.Preprocessing, reader.Provenance);
    }
}
