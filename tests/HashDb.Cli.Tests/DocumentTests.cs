using System.CommandLine;
using System.Text.RegularExpressions;

namespace HashDb.Cli.Tests;

/// <summary>The documents name what the program has, so that neither can change alone.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Common = ["--json", "--verbose", "--token", "--ca", "--help", "--version"];

    [Fact]
    public void Commands_document_has_a_section_for_each_command_with_its_arguments_and_options()
    {
        string document = File.ReadAllText(Path.Combine(FindRoot(), "docs", "COMMANDS.md"));
        string[] headings =
        [
            .. document.Split('\n').Where(line => line.StartsWith("## hashdb ", StringComparison.Ordinal))
                .Select(line => line["## hashdb ".Length..])
        ];
        var documented = new Dictionary<string, string>();
        foreach (string heading in headings)
            documented.Add(
                string.Join(
                    ' ', heading.Split(' ').TakeWhile(word => word[0] != '-' && word.All(c => char.IsAsciiLetterLower(c) || c == '-'))),
                heading);

        (string Path, Command Command)[] actual = [.. Leaves("", CommandLine.CreateRoot())];

        documented.Keys.Order().ShouldBe(actual.Select(leaf => leaf.Path).Order());
        foreach ((string path, Command command) in actual)
        {
            string heading = documented[path];
            string[] named = [.. Options().Matches(heading).Select(match => match.Value)];
            named.Order().ShouldBe(command.Options.Select(option => option.Name).Except(Common).Order(), path);
            foreach (Argument argument in command.Arguments)
                heading.ShouldContain(
                    argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name, customMessage: path);
            foreach (Option option in command.Options.Where(option => !Common.Contains(option.Name)))
                Bracketed(heading, option.Name).ShouldBe(!option.Required, $"{path} {option.Name}");
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/COMMANDS.md")]
    [InlineData("docs/MODELS.md")]
    [InlineData("docs/PROTOCOL.md")]
    public void Links_of_a_document_lead_somewhere(string document)
    {
        string path = Path.Combine(FindRoot(), document);
        foreach (Match link in Links().Matches(File.ReadAllText(path)))
        {
            if (!link.Groups[1].Value.Contains("://", StringComparison.Ordinal))
                File.Exists(Path.Combine(Path.GetDirectoryName(path)!, link.Groups[1].Value.Split('#')[0])).ShouldBeTrue(link.Value);
        }
    }

    [Fact]
    public void Readme_names_every_command()
    {
        string readme = File.ReadAllText(Path.Combine(FindRoot(), "README.md"));
        foreach (Command command in CommandLine.CreateRoot().Subcommands)
            readme.ShouldContain($"`{command.Name}`");
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(string path, Command command)
    {
        if (command.Subcommands.Count == 0)
            return [(path, command)];
        return command.Subcommands.SelectMany(sub => Leaves($"{path} {sub.Name}".Trim(), sub));
    }

    // Whether an option stands inside square brackets.
    private static bool Bracketed(string heading, string option)
    {
        int at = Regex.Match(heading, Regex.Escape(option) + @"\b").Index;
        return heading[..at].Count(c => c == '[') > heading[..at].Count(c => c == ']');
    }

    internal static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "HashDb.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException("The tests do not run from inside the repository.");
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Options();
}
