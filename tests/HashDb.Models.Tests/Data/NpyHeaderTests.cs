using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

public sealed class NpyHeaderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), }")]
    [InlineData("{'shape':(1,2),'fortran_order':False,'descr':'|u1'}")]
    [InlineData("{\"descr\": \"<u1\", \"fortran_order\": False, \"shape\": ( 1 , 2 , ) }   ")]
    [InlineData("  { 'descr' : '=u1' , 'fortran_order' : False , 'shape' : (1L, 2L) , } \n\n")]
    public void Header_is_read_however_it_is_spelled(string header)
    {
        FeatureFile.ReadAll(_folder.Write("a.npy", DataBytes.NpyWithHeader(header, [3, 4]))).Values.ToArray().ShouldBe([3, 4]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False}")]
    [InlineData("{'descr': '|u1', 'shape': (1, 2)}")]
    [InlineData("{'fortran_order': False, 'shape': (1, 2)}")]
    [InlineData("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), 'more': 1}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)} x")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)")]
    [InlineData("{'descr': '|u1' 'fortran_order': False, 'shape': (1, 2)}")]
    [InlineData("{'descr': '|u1, 'fortran_order': False, 'shape': (1, 2)}")]
    [InlineData("{'descr': 5, 'fortran_order': False, 'shape': (1, 2)}")]
    [InlineData("{'descr': [('a', '<f4', 'fortran_order': False, 'shape': (1, 2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': 0, 'shape': (1, 2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, -2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2.0)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1 2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': [1, 2]}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (,)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 2)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)}")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 2)}")]
    public void Damaged_header_is_refused(string header)
    {
        byte[] bytes = DataBytes.NpyWithHeader(header, [3, 4]);
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.npy", bytes)));
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.npy.gz", DataFolder.Gzip(bytes))));
    }

    [Theory]
    [InlineData("<c8", "(1, 2)", "<c8")]
    [InlineData("<f16", "(1, 2)", "<f16")]
    [InlineData("|O", "(1, 2)", "|O")]
    [InlineData("<U3", "(1, 2)", "<U3")]
    [InlineData("f4", "(1, 2)", "f4")]
    [InlineData("", "(1, 2)", "''")]
    [InlineData("|f4", "(1, 2)", "|f4")]
    [InlineData("<M8", "(1, 2)", "dates")]
    [InlineData("<m8", "(1, 2)", "time spans")]
    [InlineData("|S5", "(1, 2)", "text")]
    [InlineData("|V4", "(1, 2)", "raw bytes")]
    [InlineData("|u1", "(2,)", "(2)")]
    [InlineData("|u1", "()", "()")]
    [InlineData("|u1", "(2, 0)", "0 or too many")]
    [InlineData("|u1", "(0, 65537)", "65536")]
    [InlineData("|u1", "(0, 300, 300)", "65536")]
    public void Sound_array_that_is_not_read_is_named(string descr, string shape, string named)
    {
        int elements =
            shape.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries).Aggregate(1, (n, axis) => n * int.Parse(axis));
        int width = descr.Length < 3 ? 1 : int.Parse(descr[2..]);
        byte[] bytes = DataBytes.Npy(descr, shape, new byte[elements * width]);
        Should.Throw<NotSupportedException>(() => FeatureFile.ReadAll(_folder.Write("a.npy", bytes))).Message.ShouldContain(named);
    }

    [Fact]
    public void Structured_types_and_later_versions_are_named()
    {
        string Message(byte[] bytes) =>
            Should.Throw<NotSupportedException>(() => FeatureFile.ReadAll(_folder.Write("a.npy", bytes))).Message;
        Message(DataBytes.NpyWithHeader(
            "{'descr': [('a', '<f4'), ('b', '<i4', (2,))], 'fortran_order': False, 'shape': (1,), }", new byte[12])).ShouldContain("'a'");
        byte[] version4 = DataBytes.Npy("|u1", "(1, 2)", [3, 4]);
        version4[6] = 4;
        Message(version4).ShouldContain("4.0");
        version4[6] = 1;
        version4[7] = 1;
        Message(version4).ShouldContain("1.1");
    }

    [Theory]
    [InlineData(1, 60_000u)]
    [InlineData(2, 60_000u)]
    [InlineData(2, 65_537u)]
    [InlineData(2, uint.MaxValue)]
    [InlineData(3, 0x80000000u)]
    public void Header_length_beyond_file_or_limit_is_refused_before_memory_is_taken(int major, uint length)
    {
        byte[] bytes = DataBytes.Npy("|u1", "(1, 2)", [3, 4], major);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), major == 1 ? (ushort)length : length);
        if (major == 1)
            bytes = [.. bytes[..8], (byte)length, (byte)(length >> 8), .. bytes[10..]];
        string path = _folder.Write("a.npy", bytes);
        string compressed = _folder.Write("a.npy.gz", DataFolder.Gzip(bytes));
        long before = GC.GetAllocatedBytesForCurrentThread();
        CorruptDataException e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path));
        e.Message.ShouldContain($"{length}");
        e.Offset.ShouldBe(8);
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(compressed));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4_000_000);
    }

    [Fact]
    public void Compressed_file_that_claims_rows_it_lacks_takes_little_memory()
    {
        byte[] bytes = DataFolder.Gzip(DataBytes.Npy("<f4", "(4000000, 512)", new byte[4 * 512 * 3]));
        string path = _folder.Write("a.npy.gz", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CorruptDataException e = Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path));
        e.Message.ShouldContain("8192");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16_000_000);
        string tooMany = _folder.Write("b.npy.gz", DataFolder.Gzip(DataBytes.Npy("<f4", "(400000000, 512)", [])));
        Should.Throw<HashDbException>(() => FeatureFile.ReadAll(tooMany)).Code.ShouldBe(HashDbErrorCode.LimitExceeded);
    }
}
