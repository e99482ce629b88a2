using FsCheck;
using FsCheck.Fluent;
using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

public sealed class GzipInputTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(8_000)]
    [InlineData(8_192)]
    [InlineData(300_000)]
    public void File_of_any_size_is_read_and_checked_to_its_last_byte(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        byte[] bytes = DataFolder.Gzip(DataBytes.Npy("|u1", $"({length / 4}, 4)", data));
        FeatureFile.ReadAll(_folder.Write("a.gz", bytes)).Values.ToArray().ShouldBe([.. data.Select(b => (float)b)]);
        for (int cut = 1; cut <= 12; cut++)
        {
            string path = _folder.Write("a.gz", bytes[..^cut]);
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(path), $"{cut} bytes cut off").Message.ShouldContain("cut off");
        }

        for (int at = 1; at <= 8; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[^at] ^= 0x10;
            Should.Throw<CorruptDataException>(
                () => FeatureFile.ReadAll(_folder.Write("a.gz", damaged)), $"byte {at} from the end damaged");
        }

        foreach (byte[] junk in (byte[][])[[0], [0x1f], [0x1f, 0x8b, 8], [0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0], bytes[^8..]])
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.gz", [.. bytes, .. junk])));
    }

    [Fact]
    public void File_of_several_members_is_read_as_one()
    {
        byte[] npy = DataBytes.Npy("|u1", "(50000, 4)", [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))]);
        byte[] members =
        [
            .. DataFolder.Gzip(npy[..70]),
            .. DataFolder.Gzip([]),
            .. DataFolder.Gzip(npy[70..100_000]),
            .. DataFolder.Gzip(npy[100_000..]),
            .. DataFolder.Gzip([])
        ];
        FeatureFile.ReadAll(_folder.Write("a.npy.gz", members)).Values.ToArray().ShouldBe([.. npy[^200_000..].Select(b => (float)b)]);
        string ranged = _folder.Write("b.npy.gz", members);
        FeatureFile.ReadAll(ranged, RowRange.Parse("49999..")).Values.ToArray().ShouldBe([.. npy[^4..].Select(b => (float)b)]);
    }

    [Fact]
    public void Optional_header_fields_are_passed_over()
    {
        byte[] plain = DataFolder.Gzip(DataBytes.Npy("|u1", "(1, 2)", [3, 4]));
        byte[] header = [.. plain[..10]];
        header[3] = 2 | 4 | 8 | 16;
        byte[] full = [.. header, 3, 0, 9, 9, 9, .. "name\0"u8, .. "comment\0"u8, 0xab, 0xcd, .. plain[10..]];
        FeatureFile.ReadAll(_folder.Write("a.gz", full)).Values.ToArray().ShouldBe([3, 4]);
        for (int length = 10; length < full.Length; length++)
            Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.gz", full[..length])));
        full[3] |= 0x20;
        Should.Throw<CorruptDataException>(() => FeatureFile.ReadAll(_folder.Write("a.gz", full))).Message.ShouldContain("reserved");
    }

    [Fact]
    public void Damaged_byte_anywhere_never_gives_other_numbers()
    {
        byte[] data = [.. Enumerable.Range(0, 400).Select(i => (byte)(i * i))];
        byte[] bytes = DataFolder.Gzip(DataBytes.Npy("|u1", "(100, 4)", data));
        float[] expected = [.. data.Select(b => (float)b)];
        Prop.ForAll((int where, int what) =>
        {
            byte[] damaged = [.. bytes];
            // Bytes 3 to 9 of the header carry flags, time and system, which change nothing or are refused.
            damaged[(uint)where % damaged.Length] ^= (byte)(1 << (what & 7));
            try
            {
                FeatureFile.ReadAll(_folder.Write("a.gz", damaged)).Values.ToArray().ShouldBe(expected);
            }
            catch (Exception e) when (e is CorruptDataException or NotSupportedException
                or HashDbException { Code: HashDbErrorCode.LimitExceeded })
            {
                // The header is looked at before the checksum is reached, so that damage may look like another kind of array.
            }
        }).QuickCheckThrowOnFailure();
    }
}
