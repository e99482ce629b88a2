using System.CommandLine;
using System.CommandLine.Parsing;
using HashDb.Cli.Output;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary><c>--set name=value</c>: settings of a trainer, checked before anything is read.</summary>
internal static class SettingsOption
{
    /// <summary>Splits at the first equals sign; null when there is no name before it or nothing after it.</summary>
    public static KeyValuePair<string, string>? Split(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return at <= 0 || at == text.Length - 1 ? null : new KeyValuePair<string, string>(text[..at], text[(at + 1)..]);
    }

    /// <summary>The option of <c>hashdb train KIND</c>.</summary>
    public static Option<string[]> Create(ModelTrainer trainer)
    {
        Option<string[]> option =
            Create("name=value", "Change a setting, listed below; may be given several times, the last one of a name counts.");
        option.Validators.Add(result =>
        {
            if (Parse(result) is { } settings)
                Check(result, trainer, settings);
        });
        return option;
    }

    /// <summary>An option that takes settings, still unchecked.</summary>
    public static Option<string[]> Create(string helpName, string description) => new("--set")
    {
        HelpName = helpName,
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The settings that were given; null and an error when one has no value.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Parse(OptionResult result)
    {
        var settings = new List<KeyValuePair<string, string>>();
        foreach (Token token in result.Tokens)
        {
            if (Split(token.Value) is { } setting)
            {
                settings.Add(setting);
                continue;
            }

            result.AddError($"--set '{token.Value}' is not of the form {result.Option.HelpName}.");
            return null;
        }

        return settings;
    }

    /// <summary>Adds an error when the trainer does not take the settings.</summary>
    public static void Check(SymbolResult result, ModelTrainer trainer, IEnumerable<KeyValuePair<string, string>> settings)
    {
        try
        {
            trainer.CheckSettings(settings);
        }
        catch (Exception error) when (error is ArgumentException or HashDbException)
        {
            result.AddError($"--set: {ErrorText.Of(error)}");
        }
    }
}
