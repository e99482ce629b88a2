using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

public sealed class VecsAndIdxTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_537)]
    [InlineData(0x01000000)]
    public void Vecs_of_impossible_dimensions_are_refused(int dimensions)
    {
        byte[] bytes = DataBytes.VecsRow(dimensions, new byte[8]);
        foreach (string path in (string[])[_folder.Write("a.fvecs", bytes), _folder.Write("a.fvecs.gz", DataFolder.Gzip(bytes))])
        {
            CorruptDataException e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path));
            e.Offset.ShouldBe(0);
            e.Message.ShouldContain($"{dimensions} dimensions");
        }
    }

    [Fact]
    public void Vecs_row_of_another_length_is_named_with_its_offset()
    {
        byte[][] rows = [.. Enumerable.Range(0, 100).Select(_ => DataBytes.VecsRow(2, new byte[8]))];
        rows[57][0] = 3;
        string path = _folder.Write("a.fvecs", DataBytes.Vecs(rows));
        CorruptDataException e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path));
        e.Offset.ShouldBe(57 * 12);
        e.Message.ShouldContain("row 57 claims 3 dimensions");
        FeatureFile.ReadAll(path, RowRange.Parse("..57")).Count.ShouldBe(57);
        e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path, RowRange.Parse("50..60")));
        e.Offset.ShouldBe(57 * 12);
    }

    [Fact]
    public void Vecs_nan_is_named_with_its_offset()
    {
        byte[][] rows =
        [
            .. Enumerable.Range(0, 10).Select(i => DataBytes.VecsRow(2, DataBytes.Elements("f4", [i, i == 7 ? double.NaN : 1])))
        ];
        CorruptDataException e =
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.fvecs", DataBytes.Vecs(rows))));
        e.Message.ShouldContain("row 7, column 1 is NaN");
        e.Offset.ShouldBe((7 * 12) + 4 + 4);
    }

    [Fact]
    public void Vecs_of_the_most_dimensions_are_read_across_buffers()
    {
        byte[] row = DataBytes.Elements("f4", Enumerable.Range(0, ModelLimits.MaxDimensions).Select(i => (double)i));
        string path =
            _folder.Write("a.fvecs", DataBytes.Vecs([.. Enumerable.Repeat(DataBytes.VecsRow(ModelLimits.MaxDimensions, row), 3)]));
        FeatureMatrix matrix = FeatureFile.ReadAll(path);
        matrix.Count.ShouldBe(3);
        matrix[2][65_535].ShouldBe(65_535f);
    }

    [Fact]
    public void Idx_of_impossible_axes_is_refused()
    {
        Should.Throw<CorruptDataException>(
            () => FeatureFile.ReadAll(_folder.Write("a", DataBytes.Idx(8, [1, 1, 1, 1, 1, 1, 1, 1, 1], [5])))).Offset.ShouldBe(3);
        Should.Throw<CorruptDataException>(
            () => FeatureFile.ReadAll(_folder.Write("a", DataBytes.Idx(0x0a, [1, 1], [5])))).Message.ShouldContain("00000a02");
        Should.Throw<CorruptDataException>(
            () => FeatureFile.ReadAll(
                _folder.Write("a", DataBytes.Idx(0x0e, [uint.MaxValue, uint.MaxValue, uint.MaxValue], [5])))).Message.ShouldContain("2^63");
        Should.Throw<NotSupportedException>(
            () => FeatureFile.ReadAll(_folder.Write("a", DataBytes.Idx(8, [3, 0], [])))).Message.ShouldContain("0 or too many");
        Should.Throw<NotSupportedException>(
            () => FeatureFile.ReadAll(_folder.Write("a", DataBytes.Idx(8, [2], [1, 2])))).Message.ShouldContain("(2)");
        // Axes in the wrong byte order claim far more than there is.
        Should.Throw<CorruptDataException>(
            () => FeatureFile.ReadAll(_folder.Write("a", DataBytes.Idx(8, [0x02000000, 0x02000000], [1, 2, 3, 4]))))
            .Message.ShouldContain("the file has 16");
    }
}
