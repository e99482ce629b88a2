using HashDb.Models.Numerics;

namespace HashDb.Models.Tests;

/// <summary>Seeded vectors for tests.</summary>
internal static class TestData
{
    /// <summary>Normal vectors, row-major, <c>count * dimensions</c>.</summary>
    public static float[] Normal(int count, int dimensions, ulong seed = 1)
    {
        float[] values = new float[count * dimensions];
        new SeededRandom(seed).FillNormal(values);
        return values;
    }

    /// <summary>The repository's root: the nearest folder above the test assembly that holds HashDb.sln.</summary>
    public static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "HashDb.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("No folder above the test assembly holds HashDb.sln.");
    }
}
