using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

// Labels of shape (n, 1) were taken for a multi-hot matrix of one class: rows of class 0 lost their label, without a word. Arrays in
// Fortran or big-endian order, 64-bit integers and one-hot integers, which numpy writes as readily as the others, were refused.
public sealed class ArrayShapeAndOrderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public static TheoryData<string> Integers => new(["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]);

    public static TheoryData<string> Numbers => new(["f2", "f4", "f8", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Integers))]
    public void Labels_and_ids_of_one_axis_are_read_wherever_the_axis_stands(string type)
    {
        foreach (string shape in (string[])["(5,)", "(5, 1)", "(1, 5)", "(5, 1, 1)", "(1, 5, 1)"])
        {
            foreach (char order in "<>=")
            {
                foreach (string fortran in (string[])["False", "True"])
                {
                    string path = _folder.Write("a.npy", DataBytes.NpyWithHeader(
                        $"{{'descr': '{order}{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}",
                        DataBytes.Elements(type, [0, 1, 0, 9, 1], bigEndian: order == '>')));
                    LabelSet labels = LabelFile.Read(path);
                    labels.IsMultiLabel.ShouldBeFalse($"{order}{type} {shape}");
                    Enumerable.Range(0, labels.Count).Select(row => labels[row][0]).ShouldBe([0, 1, 0, 9, 1]);
                    IdFile.Read(path).ShouldBe([0UL, 1UL, 0UL, 9UL, 1UL]);
                    IdFile.Read(path, RowRange.Parse("2..4")).ShouldBe([0UL, 9UL]);
                }
            }
        }
    }

    [Fact]
    public void Column_of_zeros_and_ones_is_classes_and_not_a_matrix_of_one_label()
    {
        foreach (string descr in (string[])["|u1", "|b1", "|i1"])
        {
            LabelSet labels = LabelFile.Read(_folder.Write("a.npy", DataBytes.Npy(descr, "(4, 1)", [0, 1, 1, 0])));
            labels.IsMultiLabel.ShouldBeFalse();
            labels.TotalLabelCount.ShouldBe(4);
            labels[0].ToArray().ShouldBe([0]);
            labels[1].ToArray().ShouldBe([1]);
        }

        LabelSet idx = LabelFile.Read(_folder.Write("b", DataBytes.Idx(8, [3, 1], [0, 1, 0])));
        idx.Count.ShouldBe(3);
        idx[2].ToArray().ShouldBe([0]);
    }

    [Fact]
    public void Row_of_numbers_is_the_labels_of_one_row_only_when_there_is_one_row()
    {
        string path = _folder.Write("a.npy", DataBytes.Npy("|u1", "(1, 3)", [1, 0, 1]));
        LabelFile.Read(path).Count.ShouldBe(3);
        LabelFile.Read(path, rowCount: 3)[1].ToArray().ShouldBe([0]);
        LabelSet one = LabelFile.Read(path, rowCount: 1);
        one.Count.ShouldBe(1);
        one[0].ToArray().ShouldBe([0, 2]);
        byte[] ivecs = DataBytes.VecsRow(3, DataBytes.Elements("i4", [7, 0, 8]));
        string vecs = _folder.Write("a.ivecs", ivecs);
        IdFile.Read(vecs).ShouldBe([7UL, 0UL, 8UL]);
        IdFile.Read(_folder.Write("a.ivecs.gz", DataFolder.Gzip(ivecs))).ShouldBe([7UL, 0UL, 8UL]);
        LabelFile.Read(vecs)[2].ToArray().ShouldBe([8]);
    }

    [Theory]
    [MemberData(nameof(Integers))]
    public void Multi_hot_matrix_is_read_from_integers_of_every_type_and_order(string type)
    {
        foreach (bool bigEndian in (bool[])[false, true])
        {
            byte[] data = DataBytes.Elements(type, [1, 0, 1, 0, 0, 0], bigEndian);
            string path = _folder.Write("a.npy", DataBytes.Npy((bigEndian ? ">" : "<") + type, "(2, 3)", data));
            LabelSet labels = LabelFile.Read(path);
            labels.ClassCount.ShouldBe(3);
            labels[0].ToArray().ShouldBe([0, 2]);
            labels[1].Length.ShouldBe(0);
            Should.Throw<NotSupportedException>(() => IdFile.Read(path)).Message.ShouldContain("array[:, 0]");
            byte[] columns = DataBytes.Elements(type, [1, 0, 0, 0, 1, 0], bigEndian);
            string fortran = _folder.Write("f.npy", Fortran((bigEndian ? ">" : "<") + type, "(2, 3)", columns));
            LabelFile.Read(fortran)[0].ToArray().ShouldBe([0, 2]);
        }
    }

    [Fact]
    public void Multi_hot_number_beyond_one_is_named_in_every_width()
    {
        string path = _folder.Write("a.npy", DataBytes.Npy("<i8", "(2, 2)", DataBytes.Elements("i8", [1, 0, 0, -3])));
        Should.Throw<CorruptDataException>(() => LabelFile.Read(path)).Message.ShouldContain("row 1, column 1 is -3");
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Features_of_every_number_type_are_read_in_both_byte_orders_and_both_array_orders(string type)
    {
        const int Rows = 7, Dimensions = 6;
        double[] values = [.. Enumerable.Range(0, Rows * Dimensions).Select(i => (double)(i * 2 % 128))];
        float[] expected = [.. values.Select(value => (float)value)];

        // Column after column, of an array of (rows, 2, 3): the first axis varies fastest, then the second.
        double[] columns =
        [
            .. from third in Enumerable.Range(0, 3)
               from second in Enumerable.Range(0, 2)
               from row in Enumerable.Range(0, Rows)
               select values[(row * Dimensions) + (second * 3) + third]
        ];
        foreach (char order in "<>=")
        {
            byte[] plain = DataBytes.Npy(order + type, "(7, 2, 3)", DataBytes.Elements(type, values, order == '>'));
            byte[] fortran = Fortran(order + type, "(7, 2, 3)", DataBytes.Elements(type, columns, order == '>'));
            foreach (byte[] bytes in (byte[][])[plain, fortran])
            {
                string path = _folder.Write("a.npy", bytes);
                string compressed = _folder.Write("a.npy.gz", DataFolder.Gzip(bytes));
                foreach (string each in (string[])[path, compressed])
                {
                    FeatureFile.ReadAll(each).Values.ToArray().ShouldBe(expected, $"{order}{type}");
                    FeatureFile.ReadAll(each, RowRange.Parse("2..5")).Values.ToArray().ShouldBe(expected[12..30]);
                    using IFeatureReader reader = FeatureFile.Open(each);
                    reader.Skip(3);
                    float[] two = new float[2 * Dimensions];
                    reader.Read(two).ShouldBe(2);
                    two.ShouldBe(expected[18..30]);
                    reader.Read(two).ShouldBe(2);
                    reader.Read(two).ShouldBe(0);
                }
            }
        }
    }

    [Fact]
    public void Fortran_array_larger_than_a_block_is_read_in_blocks()
    {
        const int Rows = 300_000, Dimensions = 40;
        byte[] data = new byte[Rows * Dimensions * 4];
        for (int column = 0; column < Dimensions; column++)
        {
            for (int row = 0; row < Rows; row++)
                BitConverter.TryWriteBytes(data.AsSpan(((column * Rows) + row) * 4), (float)((row * 3) + column));
        }

        byte[] bytes = Fortran("<f4", $"({Rows}, {Dimensions})", data);
        using IFeatureReader reader = FeatureFile.Open(_folder.Write("a.npy", bytes));
        float[] rows = new float[1_000 * Dimensions];
        for (int first = 0; first < Rows; first += 1_000)
        {
            reader.Read(rows).ShouldBe(1_000);
            for (int i = 0; i < 1_000; i++)
            {
                if (rows[i * Dimensions] != (first + i) * 3 || rows[(i * Dimensions) + 39] != ((first + i) * 3) + 39)
                    Assert.Fail($"row {first + i} is wrong");
            }
        }
    }

    [Fact]
    public void Every_truncation_of_a_fortran_array_is_refused()
    {
        byte[] bytes = Fortran("<f4", "(3, 2)", DataBytes.Elements("f4", [1, 2, 3, 4, 5, 6]));
        byte[] compressed = DataFolder.Gzip(bytes);
        for (int length = 0; length < bytes.Length; length++)
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.npy", bytes[..length])), $"cut to {length}");
        for (int length = 0; length < compressed.Length; length++)
            Should.Throw<CorruptDataException>(
                () => FeatureFile.ReadAll(_folder.Write("a.npy.gz", compressed[..length])), $"compressed, cut to {length}");
        Should.Throw<CorruptDataException>(
            () => FeatureFile.ReadAll(_folder.Write("a.npy.gz", DataFolder.Gzip([.. bytes, 0])))).Message.ShouldContain("bytes follow");
        byte[] lie = Fortran("<f4", "(300000000, 2)", []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<NotSupportedException>(() => FeatureFile.Open(_folder.Write("b.npy.gz", DataFolder.Gzip(lie))).Read(new float[2]));
        Should.Throw<CorruptDataException>(() => FeatureFile.Open(
            _folder.Write("b.npy.gz", DataFolder.Gzip(Fortran("<f4", "(200000000, 2)", [])))).Read(new float[2]));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(40_000_000);
    }

    [Fact]
    public void Number_that_is_not_finite_in_a_fortran_array_is_named_with_its_place()
    {
        byte[] bytes = Fortran("<f4", "(3, 2)", DataBytes.Elements("f4", [1, 2, 3, 4, double.NaN, 6]));
        CorruptDataException e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.npy", bytes)));
        e.Message.ShouldContain("row 1, column 1 is NaN");
        e.Offset.ShouldBe(bytes.Length - 8);
    }

    [Theory]
    [InlineData("i8", 16_777_217d)]
    [InlineData("i8", -9_007_199_254_740_991d)]
    [InlineData("u4", 4_294_967_295d)]
    [InlineData("u8", 18_446_744_073_709_549_568d)]
    public void Integer_that_float32_does_not_hold_is_named_and_says_what_to_do(string type, double bad)
    {
        string path = _folder.Write("a.npy", DataBytes.Npy("<" + type, "(2, 2)", DataBytes.Elements(type, [0, 1, bad, 2])));
        string message = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path)).Message;
        message.ShouldContain("row 1, column 0 is ");
        message.ShouldContain("numpy.float32");
    }

    [Fact]
    public void Bools_are_features_of_zero_and_one()
    {
        FeatureFile.ReadAll(_folder.Write("a.npy", DataBytes.Npy("|b1", "(2, 2)", [1, 0, 0, 1]))).Values.ToArray().ShouldBe([1, 0, 0, 1]);
        string neither = _folder.Write("b.npy", DataBytes.Npy("|b1", "(1, 2)", [1, 7]));
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(neither)).Message.ShouldContain("column 1 is 7");
    }

    private static byte[] Fortran(string descr, string shape, byte[] data) =>
        DataBytes.NpyWithHeader($"{{'descr': '{descr}', 'fortran_order': True, 'shape': {shape}, }}", data);
}
