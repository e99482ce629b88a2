// A model file that was written once and is kept, with vectors and the hashcodes they had then. Who breaks such a file has
// changed the format or the arithmetic, and every stored hashcode with it.
using System.Text.Json;
using HashDb.Models.Files;

namespace HashDb.Models.Tests;

/// <summary>A stored model with vectors and their expected hashcodes.</summary>
internal sealed record GoldenModel
{
    public required string Fingerprint { get; init; }

    public required int Count { get; init; }

    /// <summary>Row-major, raw.</summary>
    public required float[] Vectors { get; init; }

    /// <summary>Packed hashcodes of all rows and tables, hexadecimal.</summary>
    public required string Hashcodes { get; init; }

    private static string Folder => Path.Combine(TestData.RepositoryRoot(), "tests", "HashDb.Models.Tests", "Golden");

    public static byte[] File(string name) => System.IO.File.ReadAllBytes(Path.Combine(Folder, name + ".hdbm"));

    public static GoldenModel Expected(string name) =>
        JsonSerializer.Deserialize<GoldenModel>(System.IO.File.ReadAllText(Path.Combine(Folder, name + ".json")))!;

    /// <summary>Compares codes, fingerprint and bytes of a stored model with what was kept.</summary>
    public static void Check(string name)
    {
        byte[] file = File(name);
        GoldenModel expected = Expected(name);
        IHashModel model = HashModelFile.FromBytes(file, name);
        HashModelFile.Fingerprint(file, name).ToString().ShouldBe(expected.Fingerprint);
        HashModelFile.ToBytes(model).ShouldBe(file);
        Encode(model, expected.Vectors, expected.Count).ShouldBe(expected.Hashcodes);
        for (int i = 0; i < expected.Count; i++)
        {
            int digits = 2 * model.GetHashcodeByteCount();
            Encode(model, expected.Vectors.AsSpan(i * model.Dimensions, model.Dimensions), 1)
                .ShouldBe(expected.Hashcodes.Substring(i * digits, digits));
        }
    }

    /// <summary>Stores a model. Called by explicit tests only, when a format is new.</summary>
    public static void Write(string name, IHashModel model, float[] vectors, int count)
    {
        byte[] file = HashModelFile.ToBytes(model);
        GoldenModel golden = new()
        {
            Fingerprint = HashModelFile.Fingerprint(file, name).ToString(),
            Count = count,
            Vectors = vectors,
            Hashcodes = Encode(model, vectors, count),
        };
        System.IO.File.WriteAllBytes(Path.Combine(Folder, name + ".hdbm"), file);
        System.IO.File.WriteAllText(Path.Combine(Folder, name + ".json"), JsonSerializer.Serialize(golden) + "\n");
    }

    private static string Encode(IHashModel model, ReadOnlySpan<float> vectors, int count)
    {
        byte[] codes = new byte[count * model.GetHashcodeByteCount()];
        model.Encode(vectors, count, codes);
        return Convert.ToHexStringLower(codes);
    }
}
