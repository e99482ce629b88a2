using System.Text.Json.Nodes;
using HashDb.Models.Data;

namespace HashDb.Models.Tests;

/// <summary>
/// Data sets and reference figures beside the repository. A test that needs them is skipped by name when they are absent.
/// </summary>
internal static class SharedData
{
    private static readonly Lazy<(FeatureMatrix Vectors, LabelSet Labels)> CifarSet = new(() =>
        (FeatureFile.ReadAll(Find("data", "cifar10-gist512.f16.npy")), LabelFile.Read(Find("data", "cifar10-labels.npy"))));

    /// <summary>GIST-512 of CIFAR-10: 50,000 rows and their classes.</summary>
    public static (FeatureMatrix Vectors, LabelSet Labels) Cifar => CifarSet.Value;

    /// <summary>Reference figures.</summary>
    public static JsonNode Reference(string name) => JsonNode.Parse(File.ReadAllText(Find("reference", name)))!;

    /// <summary>The path of a shared file; skips the running test when it is not there.</summary>
    public static string Find(string folder, string name)
    {
        string path = Path.GetFullPath(Path.Combine(TestData.RepositoryRoot(), "..", "shared", folder, name));
        Assert.SkipUnless(File.Exists(path), $"The file ../shared/{folder}/{name} is not beside the repository.");
        return path;
    }
}
