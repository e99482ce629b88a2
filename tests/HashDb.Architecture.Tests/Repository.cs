namespace HashDb.Architecture.Tests;

/// <summary>Finds the checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "HashDb.sln")))
                return at.FullName;
        }
        throw new InvalidOperationException($"HashDb.sln is not above {AppContext.BaseDirectory}.");
    }
}
