using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

// The data sets of the big-ann benchmarks come as .fbin, .u8bin, .i8bin and .ibin; they had to be converted before.
public sealed class BinFileTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".fbin", "f4")]
    [InlineData(".u8bin", "u1")]
    [InlineData(".i8bin", "i1")]
    [InlineData(".ibin", "i4")]
    [InlineData(".FBIN", "f4")]
    public void Bin_files_are_read_as_features(string extension, string type)
    {
        byte[] bytes = Bin(3, 2, DataBytes.Elements(type, [1, 2, 3, 4, 5, 6]));
        foreach (string path in (string[])
            [_folder.Write("a" + extension, bytes), _folder.Write($"a{extension}.gz", DataFolder.Gzip(bytes))])
        {
            FeatureMatrix matrix = FeatureFile.ReadAll(path);
            matrix.Dimensions.ShouldBe(2);
            matrix.Values.ToArray().ShouldBe([1, 2, 3, 4, 5, 6]);
            FeatureFile.ReadAll(path, RowRange.Parse("1..2")).Values.ToArray().ShouldBe([3, 4]);
        }
    }

    [Fact]
    public void Integers_of_one_axis_are_read_as_ids_and_labels()
    {
        foreach ((uint rows, uint dimensions) in ((uint, uint)[])[(4, 1), (1, 4)])
        {
            string path = _folder.Write("a.ibin", Bin(rows, dimensions, DataBytes.Elements("i4", [3, 0, 1, 9])));
            IdFile.Read(path).ShouldBe([3UL, 0UL, 1UL, 9UL]);
            LabelFile.Read(path)[3].ToArray().ShouldBe([9]);
        }
    }

    [Fact]
    public void Number_of_rows_that_looks_like_an_idx_header_is_no_idx_file()
    {
        // 17,301,504 rows: the bytes 0, 0, 8, 1 are also the start of an IDX file of one axis.
        byte[] bytes = Bin(0x01080000, 1, new byte[12]);
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.u8bin", bytes))).Message.ShouldContain("17301504, 1");
    }

    [Theory]
    [InlineData(3, 2, 25)]
    [InlineData(3, 2, 23)]
    [InlineData(uint.MaxValue, uint.MaxValue, 24)]
    [InlineData(2, 0, 4)]
    public void Header_that_the_length_contradicts_is_refused(uint rows, uint dimensions, int bytes)
    {
        string path = _folder.Write("a.fbin", Bin(rows, dimensions, new byte[bytes]));
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path)).Message.ShouldContain($"({rows}, {dimensions})");
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Bin(3, 2, DataBytes.Elements("f4", [1, 2, 3, 4, 5, 6]));
        byte[] compressed = DataFolder.Gzip(bytes);
        for (int length = 0; length < bytes.Length; length++)
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.fbin", bytes[..length])), $"cut to {length}");
        for (int length = 0; length < compressed.Length; length++)
            Should.Throw<CorruptDataException>(
                () => FeatureFile.ReadAll(_folder.Write("a.fbin.gz", compressed[..length])), $"compressed, cut to {length}");
    }

    private static byte[] Bin(uint rows, uint dimensions, byte[] data) =>
        [.. BitConverter.GetBytes(rows), .. BitConverter.GetBytes(dimensions), .. data];
}
