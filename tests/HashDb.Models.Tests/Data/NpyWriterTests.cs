using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

public sealed class NpyWriterTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Matrix_of_float32_is_written_in_numpys_layout_and_read_back()
    {
        string path = _folder.PathOf("a.npy");
        using (NpyWriter writer = NpyWriter.CreateMatrix(path, NpyElementType.Float32, 3, 2))
        {
            writer.RowCount.ShouldBe(3);
            writer.Write([1.5f, 2f]);
            writer.Write([3f, 4f, 5f, float.MinValue]);
            writer.Complete();
        }

        byte[] bytes = File.ReadAllBytes(path);
        bytes.Length.ShouldBe(128 + 24);
        bytes[..10].ShouldBe([0x93, .. "NUMPY"u8, 1, 0, 118, 0]);
        System.Text.Encoding.ASCII.GetString(bytes, 10, 118)
            .ShouldBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }".PadRight(117) + "\n");
        FeatureFile.ReadAll(path).Values.ToArray().ShouldBe([1.5f, 2f, 3f, 4f, 5f, float.MinValue]);
        _folder.FileNames().ShouldBe(["a.npy"]);
    }

    [Fact]
    public void Vectors_of_integers_are_read_back()
    {
        string path = _folder.PathOf("a.npy");
        using (NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.Int64, 3))
        {
            writer.Write([1L, long.MaxValue, 0L]);
            writer.Complete();
        }

        IdFile.Read(path).ShouldBe([1UL, long.MaxValue, 0UL]);
        using (NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.Int32, 2))
        {
            writer.Write([70_000]);
            writer.Write([2]);
            writer.Complete();
        }

        LabelFile.Read(path)[0].ToArray().ShouldBe([70_000]);
        using (NpyWriter writer = NpyWriter.CreateMatrix(path, NpyElementType.UInt8, 2, 3))
        {
            writer.Write((byte[])[0, 1, 1, 1, 0, 0]);
            writer.Complete();
        }

        LabelFile.Read(path)[0].ToArray().ShouldBe([1, 2]);
        using (NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.UInt8, 0))
            writer.Complete();
        LabelFile.Read(path).Count.ShouldBe(0);
    }

    [Fact]
    public void Unfinished_file_leaves_the_old_one_and_no_other()
    {
        string path = _folder.Write("a.npy", [1, 2, 3]);
        using (NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.Int32, 2))
        {
            writer.Write([5]);
            Should.Throw<InvalidOperationException>(writer.Complete).Message.ShouldContain("1 of 2");
        }

        File.ReadAllBytes(path).ShouldBe([1, 2, 3]);
        _folder.FileNames().ShouldBe(["a.npy"]);
    }

    [Fact]
    public void Rows_of_another_type_shape_or_number_are_refused()
    {
        using NpyWriter writer = NpyWriter.CreateMatrix(_folder.PathOf("a.npy"), NpyElementType.Int32, 2, 3);
        Should.Throw<InvalidOperationException>(() => writer.Write([1f, 2f, 3f])).Message.ShouldContain("Int32");
        Should.Throw<ArgumentException>(() => writer.Write([1, 2]));
        Should.Throw<ArgumentException>(() => writer.Write(new int[9])).Message.ShouldContain("2 announced");
        writer.Write(new int[6]);
        Should.Throw<ArgumentException>(() => writer.Write(new int[3]));
        writer.Complete();
        Should.Throw<InvalidOperationException>(() => writer.Write(new int[3]));
        Should.Throw<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Shape_beyond_the_limits_is_refused()
    {
        string path = _folder.PathOf("a.npy");
        Should.Throw<ArgumentOutOfRangeException>(() => NpyWriter.CreateVector(path, NpyElementType.Int32, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => NpyWriter.CreateVector(path, (NpyElementType)9, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => NpyWriter.CreateMatrix(path, NpyElementType.Int32, 1, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => NpyWriter.CreateMatrix(path, NpyElementType.Int32, 1, 65_537));
        Should.Throw<ArgumentOutOfRangeException>(() => NpyWriter.CreateMatrix(path, NpyElementType.Int32, long.MaxValue / 2, 3));
        Should.Throw<ArgumentException>(() => NpyWriter.CreateVector("", NpyElementType.Int32, 1));
        _folder.FileNames().ShouldBeEmpty();
    }
}
