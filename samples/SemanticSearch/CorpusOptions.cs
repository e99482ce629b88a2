namespace SemanticSearch;

/// <summary>Which documentation is read; set on the command line, in the environment or in a settings file.</summary>
/// <param name="Files">Names of files (<c>--files System.IO.*.xml</c>).</param>
/// <param name="Limit">At most so many documents (<c>--documents 10000</c>); 0 for all.</param>
internal sealed record CorpusOptions(string Files, int Limit)
{
    public static CorpusOptions Of(IConfiguration configuration) =>
        new(configuration["files"] ?? "*.xml", configuration.GetValue("documents", 2_000));
}
