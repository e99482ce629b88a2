// Options from configuration. The names are those of the properties; in the environment they may be written with underscores
// between words, so MaxFrameBytes is HASHDB_MAXFRAMEBYTES or HASHDB_MAX_FRAME_BYTES, and two underscores go one level down.
using System.Collections;
using Microsoft.Extensions.Configuration;

namespace HashDb.Server;

/// <summary>Reads <see cref="HashDbServerOptions"/> from configuration and from the environment.</summary>
public static class HashDbServerConfiguration
{
    /// <summary>What the names of environment variables begin with.</summary>
    public const string EnvironmentPrefix = "HASHDB_";

    /// <summary>Binds options to a section; what it does not name keeps its default.</summary>
    /// <exception cref="ArgumentException">A value cannot be read as what it should be.</exception>
    public static HashDbServerOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        try
        {
            return configuration.Get<HashDbServerOptions>() ?? new HashDbServerOptions();
        }
        catch (InvalidOperationException error)
        {
            throw new ArgumentException($"The configuration of the server cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Adds the variables of the environment to a configuration. Variables that name no option are passed over.</summary>
    public static IConfigurationBuilder AddHashDbEnvironment(this IConfigurationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
                values[KeyOf(name[EnvironmentPrefix.Length..])] = (string?)variable.Value;
        }

        return builder.AddInMemoryCollection(values);
    }

    private static string KeyOf(string name) =>
        name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
}
