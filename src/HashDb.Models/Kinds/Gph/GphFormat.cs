using HashDb.Models.Encoding;
using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Stores GPH models: inducing points, weights and length scale.</summary>
internal sealed class GphFormat : IHashModelFormat
{
    public string Kind => GphModel.KindName;

    public void Write(IHashModel model, ModelWriter writer) => ((GphModel)model).WriteKernel(writer);

    public IHashModel Read(ModelReader reader) => new GphModel(
        reader.Dimensions, reader.BitCount, KernelModel.ReadKernel(reader), reader.Preprocessing, reader.Provenance);
}
