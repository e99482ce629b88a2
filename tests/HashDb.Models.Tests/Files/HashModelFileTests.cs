using System.Buffers.Binary;
using System.Security.Cryptography;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Models.Tests.Files;

public sealed class HashModelFileTests
{
    private const string Name = "small.hdbm";

    private static readonly LshModel Small = LshTrainer.Train(
        new LshOptions { BitCount = 12, TableCount = 2, Seed = 5 }, TestData.Normal(20, 3), 20, 3);

    [Fact]
    public void Model_survives_the_file()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("hashdb-models-").FullName, Name);
        ModelFingerprint fingerprint = HashModelFile.Save(Small, path);
        LshModel loaded = HashModelFile.Load(path).ShouldBeOfType<LshModel>();
        loaded.Provenance.ShouldBe(Small.Provenance);
        loaded.Weights.ToArray().ShouldBe(Small.Weights.ToArray());
        loaded.Preprocessing.Order.ShouldBe(Small.Preprocessing.Order);
        loaded.Preprocessing.Mean.ToArray().ShouldBe(Small.Preprocessing.Mean.ToArray());
        HashModelFile.Fingerprint(loaded).ShouldBe(fingerprint);
        HashModelFile.Fingerprint(File.ReadAllBytes(path), path).ShouldBe(fingerprint);
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path], "no temporary file is left");
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Training_twice_gives_the_same_bytes() =>
        HashModelFile.ToBytes(LshTrainer.Train(new LshOptions { BitCount = 12, TableCount = 2, Seed = 5 }, TestData.Normal(20, 3), 20, 3))
            .ShouldBe(HashModelFile.ToBytes(Small));

    [Fact]
    public void Every_truncation_is_a_typed_error()
    {
        byte[] bytes = HashModelFile.ToBytes(Small);
        for (int length = 0; length < bytes.Length; length++)
        {
            CorruptDataException error = Should.Throw<CorruptDataException>(
                () => HashModelFile.FromBytes(bytes.AsMemory(0, length), Name), $"cut to {length} bytes");
            error.File.ShouldBe(Name);
            error.Offset.ShouldBeInRange(0, length);
        }
    }

    [Fact]
    public void Every_flipped_byte_is_a_typed_error()
    {
        byte[] bytes = HashModelFile.ToBytes(Small);
        for (int i = 0; i < bytes.Length; i++)
        {
            foreach (byte flip in (byte[])[0x01, 0x80, 0xff])
            {
                bytes[i] ^= flip;
                HashDbException error =
                    Should.Throw<HashDbException>(() => HashModelFile.FromBytes(bytes, Name), $"byte {i} flipped by {flip}");
                error.Code.ShouldBeOneOf(HashDbErrorCode.CorruptData, HashDbErrorCode.UnsupportedVersion);
                bytes[i] ^= flip;
            }
        }

        HashModelFile.FromBytes(bytes, Name).ShouldBeOfType<LshModel>();
    }

    [Fact]
    public void Appended_bytes_are_refused() =>
        Should.Throw<CorruptDataException>(() => HashModelFile.FromBytes((byte[])[.. HashModelFile.ToBytes(Small), 0], Name));

    // With a valid checksum only the checks of the body are left. None may let another exception through; a few changes,
    // such as one bit of a weight, make another valid model.
    [Fact]
    public void Every_flipped_byte_under_a_valid_checksum_gives_a_model_or_a_typed_error()
    {
        byte[] bytes = HashModelFile.ToBytes(Small);
        int refused = 0;
        for (int i = ModelFileLayout.BodyOffset; i < bytes.Length - ModelFileLayout.ChecksumBytes; i++)
        {
            foreach (byte flip in (byte[])[0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7f, 0xff])
            {
                bytes[i] ^= flip;
                Seal(bytes);
                try
                {
                    HashModelFile.FromBytes(bytes, Name).Dimensions.ShouldBe(3);
                }
                catch (HashDbException error)
                {
                    error.Code.ShouldBeOneOf(HashDbErrorCode.CorruptData, HashDbErrorCode.UnknownModelKind);
                    refused++;
                }

                bytes[i] ^= flip;
            }
        }

        refused.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void Newer_version_is_refused_by_name()
    {
        byte[] bytes = HashModelFile.ToBytes(Small);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(ModelFileLayout.VersionOffset), ModelFileLayout.Version + 1);
        Seal(bytes);
        HashDbException error = Should.Throw<HashDbException>(() => HashModelFile.FromBytes(bytes, Name));
        error.Code.ShouldBe(HashDbErrorCode.UnsupportedVersion);
        error.Message.ShouldContain("version 2");
    }

    [Fact]
    public void Unknown_kind_is_refused_by_name()
    {
        byte[] bytes = HashModelFile.ToBytes(Small);
        int kind = bytes.AsSpan().IndexOf("lsh"u8);
        "xyz"u8.CopyTo(bytes.AsSpan(kind));
        Seal(bytes);
        HashDbException error = Should.Throw<HashDbException>(() => HashModelFile.FromBytes(bytes, Name));
        error.Code.ShouldBe(HashDbErrorCode.UnknownModelKind);
        error.Message.ShouldContain("'xyz'");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_refused_by_place(float value)
    {
        byte[] bytes = HashModelFile.ToBytes(Small);
        Span<byte> needle = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(needle, Small.Weights.Span[7]);
        int offset = bytes.AsSpan().IndexOf(needle);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(offset), value);
        Seal(bytes);
        CorruptDataException error = Should.Throw<CorruptDataException>(() => HashModelFile.FromBytes(bytes, Name));
        error.Offset.ShouldBe(offset);
        error.Detail.ShouldContain("value 7 of array 'weights'");
    }

    [Fact]
    public void Foreign_file_is_refused()
    {
        CorruptDataException error = Should.Throw<CorruptDataException>(
            () => HashModelFile.FromBytes("PK\u0003\u0004 and more of a zip file, long enough"u8.ToArray(), Name));
        error.Detail.ShouldContain("not a model file");
    }

    private static void Seal(byte[] bytes) =>
        SHA256.HashData(bytes.AsSpan(..^ModelFileLayout.ChecksumBytes), bytes.AsSpan(^ModelFileLayout.ChecksumBytes..));
}
