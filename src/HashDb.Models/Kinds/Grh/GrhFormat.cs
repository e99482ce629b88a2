using HashDb.Models.Encoding;
using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Stores GRH models; the parameter <c>form</c> says whether hyperplanes or a kernel follow.</summary>
internal sealed class GrhFormat : IHashModelFormat
{
    private const string Form = "form", Linear = "linear", Kernel = "kernel";

    public string Kind => GrhModel.KindName;

    public void Write(IHashModel model, ModelWriter writer)
    {
        if (model is GrhKernelModel kernel)
        {
            writer.AddParameter(Form, Kernel);
            kernel.WriteKernel(writer);
            return;
        }

        writer.AddParameter(Form, Linear);
        ((GrhModel)model).WriteHyperplanes(writer);
    }

    public IHashModel Read(ModelReader reader)
    {
        switch (reader.GetText(Form))
        {
            case Kernel:
                return new GrhKernelModel(
                    reader.Dimensions, reader.BitCount, KernelModel.ReadKernel(reader), reader.Preprocessing, reader.Provenance);
            case Linear:
                (float[] weights, float[] bias) = HyperplaneModel.ReadHyperplanes(reader);
                return new GrhModel(
                    reader.Dimensions, reader.BitCount, reader.TableCount, weights, bias, reader.Preprocessing, reader.Provenance);
            case var form:
                throw new ArgumentException($"A model of kind '{Kind}' has the form '{Linear}' or '{Kernel}', not '{form}'.");
        }
    }
}
