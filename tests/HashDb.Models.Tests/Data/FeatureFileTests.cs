using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

/// <summary>The same numbers in every format and element type that is read.</summary>
public sealed class FeatureFileTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, byte[]> Files()
    {
        double[] small = [0, 1, 2, 100, 127, 5];
        TheoryData<string, string, byte[]> files = [];
        foreach (string type in (string[])["f2", "f4", "f8", "i1", "i2", "i4", "u1"])
        {
            string descr = (type.EndsWith('1') ? "|" : "<") + type;
            byte[] data = DataBytes.Elements(type, small);
            foreach (int major in (int[])[1, 2, 3])
                files.Add($"npy {type} version {major}", "a.npy", DataBytes.Npy(descr, "(3, 2)", data, major));
            files.Add($"npy {type} of rank 3", "a.npy", DataBytes.Npy(descr, "(3, 1, 2)", data));
        }

        foreach ((byte code, string type) in ((byte, string)[])[(8, "u1"), (9, "i1"), (0x0b, "i2"), (0x0c, "i4"), (0x0d, "f4"),
        (0x0e, "f8")])
        {
            byte[] data = DataBytes.Elements(type, small, bigEndian: true);
            files.Add($"idx {type}", "a-idx2-ubyte", DataBytes.Idx(code, [3, 2], data));
            files.Add($"idx {type} of rank 4", "a", DataBytes.Idx(code, [3, 1, 2, 1], data));
        }

        foreach ((
            string name,
            string type,
            int width) in ((string, string, int)[])[("a.fvecs", "f4", 4), ("a.bvecs", "u1", 1), ("A.IVECS", "i4", 4)])
        {
            byte[] data = DataBytes.Elements(type, small);
            byte[][] rows = [.. data.Chunk(2 * width).Select(row => DataBytes.VecsRow(2, row))];
            files.Add(name, name, DataBytes.Vecs(rows));
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ReadAll_gives_the_same_rows_from_every_format(string what, string name, byte[] bytes)
    {
        foreach (bool compressed in (bool[])[false, true])
        {
            string path = compressed ? _folder.Write(name + ".gz", DataFolder.Gzip(bytes)) : _folder.Write(name, bytes);
            FeatureMatrix all = FeatureFile.ReadAll(path);
            all.Count.ShouldBe(3, what);
            all.Dimensions.ShouldBe(2, what);
            all.Values.ToArray().ShouldBe([0, 1, 2, 100, 127, 5], what);
            all[1].ToArray().ShouldBe([2, 100], what);
            FeatureFile.ReadAll(path, RowRange.Parse("1..2")).Values.ToArray().ShouldBe([2, 100], what);
            FeatureFile.ReadAll(path, RowRange.Parse("2..")).Values.ToArray().ShouldBe([127, 5], what);
            FeatureFile.ReadAll(path, RowRange.Parse("..2")).Values.ToArray().ShouldBe([0, 1, 2, 100], what);
            Should.Throw<ArgumentOutOfRangeException>(
                () => FeatureFile.ReadAll(path, RowRange.Parse("2..4"))).Message.ShouldContain("3 rows");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Reader_reads_and_skips_within_its_range(string what, string name, byte[] bytes)
    {
        foreach (bool compressed in (bool[])[false, true])
        {
            string path = compressed ? _folder.Write(name + ".gz", DataFolder.Gzip(bytes)) : _folder.Write(name, bytes);
            using IFeatureReader reader = FeatureFile.Open(path);
            reader.Path.ShouldBe(path);
            reader.RowCount.ShouldBe(3);
            float[] row = new float[2];
            reader.Skip(1);
            reader.Read(row).ShouldBe(1);
            row.ShouldBe([2, 100], what);
            reader.Position.ShouldBe(2);
            Should.Throw<ArgumentOutOfRangeException>(() => reader.Skip(2));
            Should.Throw<ArgumentOutOfRangeException>(() => reader.Skip(-1));
            Should.Throw<ArgumentException>(() => reader.Read(new float[3]));
            Should.Throw<ArgumentException>(() => reader.Read([]));
            float[] many = new float[20];
            reader.Read(many).ShouldBe(1);
            many[..3].ShouldBe([127, 5, 0], what);
            reader.Read(many).ShouldBe(0);

            using IFeatureReader ranged = FeatureFile.Open(path, RowRange.Parse("1..3"));
            ranged.RowCount.ShouldBe(2);
            ranged.Skip(1);
            ranged.Read(row).ShouldBe(1);
            row.ShouldBe([127, 5], what);
            ranged.Read(row).ShouldBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_truncation_is_named_with_its_file(string what, string name, byte[] bytes)
    {
        byte[] compressed = DataFolder.Gzip(bytes);
        for (int length = 0; length < bytes.Length; length++)
        {
            string path = _folder.Write(name, bytes[..length]);
            // A vecs file that is cut between rows is a sound file of fewer rows: the format cannot tell.
            if (name.Contains("vecs", StringComparison.OrdinalIgnoreCase) && length > 0 && length % (bytes.Length / 3) == 0)
                FeatureFile.ReadAll(path).Count.ShouldBe(length / (bytes.Length / 3));
            else
                Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path), $"{what} cut to {length}").File.ShouldBe(path);
        }

        for (int length = 0; length < compressed.Length; length++)
        {
            string path = _folder.Write(name + ".gz", compressed[..length]);
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path), $"{what}.gz cut to {length}").File.ShouldBe(path);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Trailing_bytes_are_refused(string what, string name, byte[] bytes)
    {
        byte[] longer = [.. bytes, 0];
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write(name, longer)), what);
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write(name + ".gz", DataFolder.Gzip(longer))), what);
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write(name + ".gz", [.. DataFolder.Gzip(bytes), 0])), what)
            .Message.ShouldContain("1 bytes follow");
    }

    [Fact]
    public void Half_precision_is_converted_exactly()
    {
        // All 63,488 finite halves.
        ushort[] halves =
        [
            .. Enumerable.Range(0, 65536).Select(i => (ushort)i).Where(h => Half.IsFinite(BitConverter.UInt16BitsToHalf(h)))
        ];
        byte[] data = [.. halves.SelectMany(h => new[] { (byte)h, (byte)(h >> 8) })];
        FeatureMatrix matrix = FeatureFile.ReadAll(_folder.Write("h.npy", DataBytes.Npy("<f2", $"({halves.Length / 16}, 16)", data)));
        matrix.Count.ShouldBe(3968);
        for (int i = 0; i < halves.Length; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf(halves[i]);
            BitConverter.SingleToUInt32Bits(matrix.Values.Span[i]).ShouldBe(BitConverter.SingleToUInt32Bits(expected));
        }
    }

    [Theory]
    [InlineData("f2", double.NaN)]
    [InlineData("f2", double.PositiveInfinity)]
    [InlineData("f4", double.NaN)]
    [InlineData("f4", double.NegativeInfinity)]
    [InlineData("f8", double.NaN)]
    [InlineData("f8", double.PositiveInfinity)]
    [InlineData("f8", 1e300)]
    [InlineData("f8", -3.5e38)]
    public void Number_that_is_not_finite_is_named_by_row_and_column(string type, double bad)
    {
        double[] values = [.. Enumerable.Range(0, 3000).Select(i => (double)(i % 100))];
        values[1234] = bad;
        byte[] bytes = DataBytes.Npy($"<{type}", "(1000, 3)", DataBytes.Elements(type, values));
        int width = type[1] - '0';
        foreach (bool compressed in (bool[])[false, true])
        {
            string path = compressed ? _folder.Write("n.npy.gz", DataFolder.Gzip(bytes)) : _folder.Write("n.npy", bytes);
            CorruptDataException e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path));
            e.Message.ShouldContain("row 411, column 1 is ");
            e.Offset.ShouldBe(bytes.Length - (3000 * width) + (1234 * width));
            using IFeatureReader reader = FeatureFile.Open(path, RowRange.Parse("400.."));
            Should.Throw<CorruptDataException>(() => reader.Read(new float[3000])).Message.ShouldContain("row 411, column 1 is ");
        }
    }

    [Fact]
    public void Integer_that_float32_does_not_hold_is_refused()
    {
        string path = _folder.Write("i.npy", DataBytes.Npy("<i4", "(2, 2)", DataBytes.Elements("i4", [16777216, -16777216, 16777217, 1])));
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path)).Message.ShouldContain("row 1, column 0 is 16777217");
        string edge = _folder.Write("e.npy", DataBytes.Npy("<i4", "(1, 2)", DataBytes.Elements("i4", [int.MaxValue, int.MinValue])));
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(edge)).Message.ShouldContain("2147483647");
        FeatureFile.ReadAll(edge.Replace("e.npy", "i.npy", StringComparison.Ordinal), RowRange.Parse("..1")).Values.ToArray()
            .ShouldBe([16777216, -16777216]);
    }

    [Fact]
    public void Content_decides_over_the_extension()
    {
        byte[] npy = DataBytes.Npy("|u1", "(1, 2)", [7, 8]);
        byte[] idx = DataBytes.Idx(8, [1, 2], [7, 8]);
        foreach (string name in (string[])["x.fvecs", "x.bvecs.gz", "x", "x.npy", "x-idx3-ubyte.gz", "x.txt"])
        {
            foreach (byte[] bytes in (byte[][])[npy, idx, DataFolder.Gzip(npy), DataFolder.Gzip(idx)])
                FeatureFile.ReadAll(_folder.Write(name, bytes)).Values.ToArray().ShouldBe([7, 8], name);
        }
    }

    [Fact]
    public void File_of_unknown_kind_is_refused_with_its_first_bytes()
    {
        foreach (string name in (string[])["x.npy", "x-idx3-ubyte", "x.csv", "x"])
        {
            Should.Throw<CorruptDataException>(
                () => FeatureFile.ReadAll(_folder.Write(name, "1.0,2.0"u8.ToArray())), name).Message.ShouldContain("312e30");
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write(name, [])), name);
            // MNIST's magic in the wrong byte order.
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write(name, [3, 8, 0, 0, 1, 0, 0, 0])), name);
        }

        Should.Throw<FileNotFoundException>(() => FeatureFile.ReadAll(_folder.PathOf("missing.npy")));
        Should.Throw<ArgumentException>(() => FeatureFile.ReadAll(""));
    }

    [Fact]
    public void Array_without_rows_is_read_as_one()
    {
        foreach (byte[] bytes in (byte[][])[DataBytes.Npy("<f4", "(0, 5)", []), DataBytes.Idx(8, [0, 5], [])])
        {
            FeatureMatrix matrix = FeatureFile.ReadAll(_folder.Write("z", bytes));
            matrix.Count.ShouldBe(0);
            matrix.Dimensions.ShouldBe(5);
            FeatureFile.ReadAll(_folder.Write("z.gz", DataFolder.Gzip(bytes))).Count.ShouldBe(0);
            Should.Throw<CorruptDataException>(() => FeatureFile.Open(_folder.Write("z.gz", DataFolder.Gzip([.. bytes, 1]))));
        }
    }

    [Fact]
    public void Matrix_checks_its_shape()
    {
        new FeatureMatrix(new float[6], 3).Count.ShouldBe(2);
        Should.Throw<ArgumentException>(() => new FeatureMatrix(new float[7], 3));
        Should.Throw<ArgumentOutOfRangeException>(() => new FeatureMatrix(new float[7], 0));
        Should.Throw<ArgumentOutOfRangeException>(() => new FeatureMatrix(new float[6], 3)[2].Length);
        Should.Throw<ArgumentOutOfRangeException>(() => new FeatureMatrix(new float[6], 3)[-1].Length);
    }
}
