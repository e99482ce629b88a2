using System.Reflection;
using System.Text.RegularExpressions;
using HashDb.Storage;

namespace HashDb.Server.Tests;

/// <summary>The operator's document names what the server has, so that neither can change alone.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Root(), "docs", "SERVER.md"));

    [Fact]
    public void Document_names_every_option()
    {
        foreach (PropertyInfo option in typeof(HashDbServerOptions).GetProperties().Where(
            option => option.Name is not (nameof(HashDbServerOptions.DataDirectory) or "EqualityContract")))
            Regex.IsMatch(Document, $"`{option.Name}[`:]").ShouldBeTrue(option.Name);
    }

    [Theory]
    [InlineData(typeof(HashDbServerTelemetry))]
    [InlineData(typeof(StorageTelemetry))]
    public void Document_names_every_instrument(Type names)
    {
        foreach (FieldInfo name in names.GetFields().Where(field => field.IsLiteral && field.Name != "MeterName"))
            Document.ShouldContain($"`{name.GetRawConstantValue()}`");
    }

    [Fact]
    public void Links_of_the_document_lead_somewhere()
    {
        foreach (Match link in Links().Matches(Document))
            File.Exists(Path.Combine(Root(), "docs", link.Groups[1].Value)).ShouldBeTrue(link.Value);
    }

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "HashDb.sln")))
            at = at.Parent;
        return at.ShouldNotBeNull().FullName;
    }

    [GeneratedRegex(@"\]\(([^)\s#]+)\)")]
    private static partial Regex Links();
}
