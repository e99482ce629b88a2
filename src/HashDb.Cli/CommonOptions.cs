using System.CommandLine;
using System.Globalization;
using HashDb.Cli.Input;
using HashDb.Client;
using HashDb.Models.Data;
using HashDb.Storage;

namespace HashDb.Cli;

/// <summary>Options and arguments that several commands share, so that they read and behave alike.</summary>
internal static class CommonOptions
{
    /// <summary>Environment variable that holds the token when the option does not.</summary>
    public const string TokenVariable = "HASHDB_TOKEN";

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON lines on standard output, and nothing else there.",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Log what the engine does to standard error, not only warnings.",
        Recursive = true,
    };

    public static readonly Option<string?> Token = new("--token")
    {
        HelpName = "TOKEN",
        Description = $"Token for the server at an address. Better in {TokenVariable}: command lines are visible to everyone on a machine.",
        Recursive = true,
    };

    public static readonly Option<string?> Authorities = new("--ca")
    {
        HelpName = "FILE",
        Description = "PEM file of the authorities that a hashdbs:// server's certificate must lead to; those of the machine if not given.",
        Recursive = true,
    };

    public static Argument<string> Database()
    {
        var argument = new Argument<string>("DB")
        {
            Description = "Directory of the database, or hashdb://host:port (hashdbs:// with TLS) of a server.",
        };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && DatabasePath.MistakeIn(result.Tokens[0].Value) is { } mistake)
                result.AddError($"DB is '{result.Tokens[0].Value}'; {mistake}");
        });
        return argument;
    }

    /// <summary>A database that the command must have to itself: an address is wrong usage.</summary>
    public static Argument<string> DatabaseDirectory(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && HashDbClient.IsAddress(result.Tokens[0].Value))
                result.AddError(
                    $"{name} is '{result.Tokens[0].Value}'; this command needs the directory itself, on its machine, while no "
                    + "server has it open.");
            else if (result.Tokens.Count == 1 && DatabasePath.MistakeIn(result.Tokens[0].Value) is { } mistake)
                result.AddError($"{name} is '{result.Tokens[0].Value}'; {mistake}");
        });
        return argument;
    }

    /// <summary>For the commands that only read.</summary>
    public static Option<bool> ReadOnly() => new("--read-only")
    {
        Description = "Change nothing in the directory, so that it may lie on a read-only medium; others may read it at the same time.",
    };

    public static Argument<string> Collection() => new("NAME") { Description = "Name of the collection." };

    public static Argument<string?> OptionalCollection() => new("NAME")
    {
        Description = "Name of the collection; all of them when left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string> Features(string name = "--features") => new(name)
    {
        HelpName = "FILE",
        Description = "Vectors: .npy of floats, integers or bools, IDX, fvecs, bvecs, ivecs, fbin, u8bin, i8bin or ibin; also .gz.",
        Required = true,
    };

    public static Option<string> Labels(string name = "--labels") => new(name)
    {
        HelpName = "FILE",
        Description =
            "An integer for each row, or a 0/1 matrix of rows x labels: .npy or IDX, also .gz. Rows are similar when they share a label.",
        Required = true,
    };

    public static Option<string?> Report() =>
        new("--report") { HelpName = "FILE.html", Description = "Also write the figures and curves as a page that stands alone." };

    public static Option<string?> Figures() =>
        new("--figures") { HelpName = "DIR", Description = "Also write each curve as an SVG file into this folder, which must exist." };

    public static Option<RowRange?> Rows() => new("--rows")
    {
        HelpName = "a..b",
        Description = "Take rows a to b - 1 of the file; either may be left out.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (RowRange.TryParse(text, out RowRange range))
                return range;
            result.AddError($"--rows '{text}' is not a range of rows such as 0..1000, 500.. or ..200.");
            return null;
        },
    };

    /// <summary>An option that takes an integer within bounds; anything else is wrong usage.</summary>
    public static Option<int?> Integer(string name, string helpName, string description, int min, int max)
    {
        var option = new Option<int?>(name) { HelpName = helpName, Description = $"{description} {min} to {max}." };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) || value < min || value > max))
            {
                result.AddError($"{name} is '{result.Tokens[0].Value}'; it must be a whole number from {min} to {max}.");
            }
        });
        return option;
    }
}
