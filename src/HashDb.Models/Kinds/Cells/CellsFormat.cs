using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Cells;

/// <summary>Stores models of kind <c>cells</c>: the centres.</summary>
internal sealed class CellsFormat : IHashModelFormat
{
    private const string CellCountName = "cellCount";
    private const string CentresName = "centres";

    public string Kind => CellsModel.KindName;

    public void Write(IHashModel model, ModelWriter writer)
    {
        var cells = (CellsModel)model;
        writer.AddParameter(CellCountName, cells.CellCount);
        writer.AddArray(CentresName, cells.Centres, cells.CellCount, cells.Dimensions);
    }

    public IHashModel Read(ModelReader reader)
    {
        int count = (int)reader.GetInteger(CellCountName, 1, CellsModel.MaxCellCount);
        if (reader.BitCount != CellsModel.BitCountOf(count) || reader.TableCount != 1)
            throw new ArgumentException(
                $"{count} cells have hashcodes of {CellsModel.BitCountOf(count)} bits in one table, not of {reader.BitCount} in "
                + $"{reader.TableCount}.",
                nameof(reader));
        float[] centres = reader.GetArray<float>(CentresName, count, reader.Dimensions);
        return new CellsModel(reader.Dimensions, centres, reader.Preprocessing, reader.Provenance);
    }
}
