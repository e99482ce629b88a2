using HashDb.Models.Encoding;
using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Stores models of kind <c>cca-itq</c>: hyperplanes with intercepts.</summary>
internal sealed class CcaItqFormat : IHashModelFormat
{
    public string Kind => CcaItqModel.KindName;

    public void Write(IHashModel model, ModelWriter writer) => ((CcaItqModel)model).WriteHyperplanes(writer);

    public IHashModel Read(ModelReader reader)
    {
        (float[] weights, float[] bias) = HyperplaneModel.ReadHyperplanes(reader);
        return new CcaItqModel(reader.Dimensions, reader.BitCount, weights, bias, reader.Preprocessing, reader.Provenance);
    }
}
