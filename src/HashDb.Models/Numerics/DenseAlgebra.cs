namespace HashDb.Models.Numerics;

/// <summary>The implementations of <see cref="IDenseAlgebra"/> by name.</summary>
public static class DenseAlgebra
{
    /// <summary>The names that <see cref="Get"/> knows; not every machine has each.</summary>
    public static IReadOnlyList<string> Names { get; } = ["managed", "openblas"];

    /// <summary>Gives an implementation.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    /// <exception cref="HashDbException">It needs a library that this machine does not have; nothing takes its place silently.</exception>
    public static IDenseAlgebra Get(string name) => name switch
    {
        "managed" => ManagedAlgebra.Instance,
        "openblas" => OpenBlasAlgebra.Load(),
        _ =>
            throw new ArgumentException(
                $"There is no linear algebra called '{name}'; there are: {string.Join(", ", Names)}.", nameof(name)),
    };
}
