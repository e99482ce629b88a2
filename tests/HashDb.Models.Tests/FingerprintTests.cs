using System.Security.Cryptography;
using HashDb.Models.Data;

namespace HashDb.Models.Tests;

public sealed class FingerprintTests
{
    [Fact]
    public void Model_fingerprint_survives_text_and_bytes()
    {
        byte[] digest = SHA256.HashData("x"u8);
        ModelFingerprint fingerprint = new(digest);
        ModelFingerprint.Parse(fingerprint.ToString()).ShouldBe(fingerprint);
        new ModelFingerprint(fingerprint.ToBytes()).ShouldBe(fingerprint);
        fingerprint.ToString().ShouldBe(Convert.ToHexStringLower(digest));
        digest[31] ^= 1;
        new ModelFingerprint(digest).ShouldNotBe(fingerprint);
        Should.Throw<ArgumentException>(() => new ModelFingerprint(digest.AsSpan(1)));
        Should.Throw<FormatException>(() => ModelFingerprint.Parse("ab"));
    }

    // The bytes are written out here a second time on purpose: the definition must not drift.
    [Fact]
    public void Data_fingerprint_is_the_documented_digest()
    {
        byte[] expected =
        [
            .. "HDBF"u8, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0,
        ];
        DataFingerprint.Compute([1, -2], 2, 1).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(expected)));
        byte[] labelled = [.. expected, 1, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
        DataFingerprint.Compute([1, -2], 2, 1, [7, -1]).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(labelled)));
        byte[] multiple = [.. expected, 1, 0, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0];
        DataFingerprint.Compute([1, -2], 2, 1, [0, 2], [7, 8]).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(multiple)));
        FeatureMatrix vectors = new(new float[] { 1, -2 }, 1);
        DataFingerprint.Compute(vectors, null).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(expected)));
        DataFingerprint.Compute(vectors, LabelSet.FromRows([[], [7, 8]], 9)).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(multiple)));
    }

    [Fact]
    public void Data_fingerprint_covers_rows_beyond_one_chunk()
    {
        float[] vectors = TestData.Normal(5_000, 7);
        string before = DataFingerprint.Compute(vectors, 5_000, 7);
        vectors[^1] += 1;
        DataFingerprint.Compute(vectors, 5_000, 7).ShouldNotBe(before);
    }
}
