using System.Buffers.Binary;
using System.IO.Compression;
using HashDb.Cli.Report;

namespace HashDb.Cli.Tests;

public sealed class PngEncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 28)]
    [InlineData(3, 50)]
    public void Picture_comes_out_of_the_file_as_it_went_in(int width, int height)
    {
        byte[] pixels = new byte[width * height];
        new Random(width).NextBytes(pixels);

        byte[] png = PngEncoder.EncodeGreyscale(pixels, width, height);

        png[..8].ShouldBe([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        // The end chunk is the same in every PNG, its checksum included.
        png[^12..].ShouldBe([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)).ShouldBe(width);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)).ShouldBe(height);
        int dataLength = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var inflate = new ZLibStream(new MemoryStream(png, 41, dataLength), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        inflate.CopyTo(rows);
        byte[] unpacked = rows.ToArray();
        unpacked.Length.ShouldBe(height * (width + 1));
        for (int row = 0; row < height; row++)
        {
            unpacked[row * (width + 1)].ShouldBe((byte)0);
            unpacked.AsSpan(row * (width + 1) + 1, width).ToArray().ShouldBe(pixels.AsSpan(row * width, width).ToArray());
        }
    }

    [Fact]
    public void Picture_of_another_size_than_its_pixels_is_refused() =>
        Should.Throw<ArgumentException>(() => PngEncoder.EncodeGreyscale(new byte[10], 3, 3)).Message.ShouldContain("10");
}
