using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

public sealed class LabelAndIdFileTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("u1")]
    [InlineData("u2")]
    [InlineData("u4")]
    [InlineData("u8")]
    [InlineData("i1")]
    [InlineData("i2")]
    [InlineData("i4")]
    [InlineData("i8")]
    public void Integers_of_every_type_are_read_as_classes_and_ids(string type)
    {
        string descr = (type.EndsWith('1') ? "|" : "<") + type;
        byte[] bytes = DataBytes.Npy(descr, "(4,)", DataBytes.Elements(type, [3, 0, 127, 5]));
        foreach (string path in (string[])[_folder.Write("a.npy", bytes), _folder.Write("a.npy.gz", DataFolder.Gzip(bytes))])
        {
            LabelSet labels = LabelFile.Read(path);
            labels.Count.ShouldBe(4);
            labels.ClassCount.ShouldBe(128);
            labels.IsMultiLabel.ShouldBeFalse();
            labels.TotalLabelCount.ShouldBe(4);
            labels[2].ToArray().ShouldBe([127]);
            labels[3].ToArray().ShouldBe([5]);
            IdFile.Read(path).ShouldBe([3UL, 0UL, 127UL, 5UL]);
            IdFile.Read(path, RowRange.Parse("1..3")).ShouldBe([0UL, 127UL]);
            LabelFile.Read(path, RowRange.Parse("3..")).ClassCount.ShouldBe(6);
        }
    }

    [Fact]
    public void Idx_and_ivecs_columns_are_read_as_classes_and_ids()
    {
        byte[] ivecs = DataBytes.Vecs([.. Enumerable.Range(0, 3).Select(i => DataBytes.VecsRow(1, DataBytes.Elements("i4", [i + 7])))]);
        foreach (string path in (string[])
            [
                _folder.Write("a-idx1-ubyte", DataBytes.Idx(8, [3], [7, 8, 9])),
                _folder.Write("b", DataBytes.Idx(0x0b, [3], [0, 7, 0, 8, 0, 9])),
                _folder.Write("c.ivecs", ivecs)
            ])
        {
            IdFile.Read(path).ShouldBe([7UL, 8UL, 9UL]);
            LabelFile.Read(path)[1].ToArray().ShouldBe([8]);
        }
    }

    [Fact]
    public void Ids_keep_all_sixty_four_bits()
    {
        byte[] data = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0x80];
        IdFile.Read(_folder.Write("a.npy", DataBytes.Npy("<u8", "(2,)", data))).ShouldBe([ulong.MaxValue, 0x8000000000000001UL]);
        string signed = _folder.Write("b.npy", DataBytes.Npy("<i8", "(2,)", data));
        CorruptDataException e = Should.Throw<CorruptDataException>(() => IdFile.Read(signed));
        e.Message.ShouldContain("row 0 is -1");
        Should.Throw<CorruptDataException>(
            () => IdFile.Read(signed, RowRange.Parse("1.."))).Message.ShouldContain("row 1 is -9223372036854775807");
    }

    [Theory]
    [InlineData("i1", -1)]
    [InlineData("i8", -9e18)]
    [InlineData("i8", 2147483647)]
    [InlineData("u4", 4294967295)]
    [InlineData("u8", 18446744073709549568d)]
    public void Label_out_of_range_is_named_with_its_row(string type, double bad)
    {
        string path =
            _folder.Write("a.npy", DataBytes.Npy((type.EndsWith('1') ? "|" : "<") + type, "(3,)", DataBytes.Elements(type, [1, bad, 2])));
        string message = Should.Throw<CorruptDataException>(() => LabelFile.Read(path)).Message;
        message.ShouldContain($"row 1 is {(Int128)bad}");
        message.ShouldContain("2147483646");
    }

    [Theory]
    [InlineData("|u1")]
    [InlineData("|b1")]
    public void Multi_hot_rows_give_their_labels_and_may_have_none(string descr)
    {
        byte[] bytes = DataBytes.Npy(descr, "(4, 3)", [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0]);
        foreach (string path in (string[])[_folder.Write("a.npy", bytes), _folder.Write("a.npy.gz", DataFolder.Gzip(bytes))])
        {
            LabelSet labels = LabelFile.Read(path);
            labels.Count.ShouldBe(4);
            labels.ClassCount.ShouldBe(3);
            labels.IsMultiLabel.ShouldBeTrue();
            labels.TotalLabelCount.ShouldBe(6);
            labels[0].ToArray().ShouldBe([0, 2]);
            labels[1].ToArray().ShouldBe([]);
            labels[2].ToArray().ShouldBe([0, 1, 2]);
            labels[3].ToArray().ShouldBe([1]);
            LabelFile.Read(path, RowRange.Parse("1..3"))[1].ToArray().ShouldBe([0, 1, 2]);
            Should.Throw<ArgumentOutOfRangeException>(() => labels[4].Length);
            Should.Throw<ArgumentOutOfRangeException>(() => labels[-1].Length);
        }
    }

    [Fact]
    public void Multi_hot_number_other_than_zero_and_one_is_named()
    {
        byte[] bytes = DataBytes.Npy("|u1", "(2, 3)", [1, 0, 1, 0, 0, 2]);
        CorruptDataException e = Should.Throw<CorruptDataException>(() => LabelFile.Read(_folder.Write("a.npy", bytes)));
        e.Message.ShouldContain("row 1, column 2 is 2");
        e.Offset.ShouldBe(bytes.Length - 1);
    }

    [Theory]
    [InlineData("<f4", "(2,)")]
    [InlineData("<f8", "(2, 3)")]
    [InlineData("|i1", "(2, 3, 2)")]
    [InlineData("|u1", "(2, 3, 1)")]
    public void Array_that_holds_no_labels_is_named(string descr, string shape)
    {
        int count = shape.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries).Aggregate(1, (n, axis) => n * int.Parse(axis));
        string path = _folder.Write("a.npy", DataBytes.Npy(descr, shape, new byte[count * (descr[2] - '0')]));
        Should.Throw<NotSupportedException>(() => LabelFile.Read(path)).Message.ShouldContain(descr);
        Should.Throw<NotSupportedException>(() => IdFile.Read(path)).Message.ShouldContain(descr);
    }

    [Fact]
    public void Every_truncation_of_labels_is_refused()
    {
        byte[] bytes = DataBytes.Npy("|u1", "(4, 3)", [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0]);
        byte[] compressed = DataFolder.Gzip(bytes);
        for (int length = 0; length < bytes.Length; length++)
            Should.Throw<CorruptDataException>(() => LabelFile.Read(_folder.Write("a.npy", bytes[..length])), $"cut to {length}");
        for (int length = 0; length < compressed.Length; length++)
            Should.Throw<CorruptDataException>(() => LabelFile.Read(_folder.Write("a.npy.gz", compressed[..length])), $"cut to {length}");
    }

    [Fact]
    public void Label_set_is_made_from_lists_and_checks_them()
    {
        LabelSet classes = LabelSet.FromClasses([2, 0]);
        classes.ClassCount.ShouldBe(3);
        classes[0].ToArray().ShouldBe([2]);
        LabelSet.FromClasses([]).ClassCount.ShouldBe(0);
        Should.Throw<ArgumentOutOfRangeException>(() => LabelSet.FromClasses([-1]));
        Should.Throw<ArgumentOutOfRangeException>(() => LabelSet.FromClasses([int.MaxValue]));
        LabelSet lists = LabelSet.FromRows([[0, 2], [], [1]], 3);
        lists.Count.ShouldBe(3);
        lists[0].ToArray().ShouldBe([0, 2]);
        lists[1].Length.ShouldBe(0);
        Should.Throw<ArgumentException>(() => LabelSet.FromRows([[3]], 3));
        Should.Throw<ArgumentException>(() => LabelSet.FromRows([[-1]], 3));
        Should.Throw<ArgumentException>(() => LabelSet.FromRows([[1, 1]], 3));
    }
}
