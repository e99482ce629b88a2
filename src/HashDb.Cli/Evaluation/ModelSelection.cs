// --models and --set of an evaluation, checked together before anything is read: names exist, settings exist, values fit, and
// every model can make hashcodes of every length that was asked for.
using System.CommandLine;
using System.CommandLine.Parsing;
using HashDb.Cli.Training;
using HashDb.Models;

namespace HashDb.Cli.Evaluation;

internal sealed class ModelSelection
{
    private readonly Option<string> _models = new("--models")
    {
        HelpName = "NAME,...",
        Description = "Models to compare, listed below.",
        Required = true,
    };

    private readonly Option<string[]> _settings = SettingsOption.Create(
        "model.name=value",
        "Change a setting of a model, or of all models of a kind: grh-svm.alpha=0.25, grh.iterations=4. May be given several times.");

    private readonly Option<int[]> _bits;

    public ModelSelection()
    {
        _bits = BitCounts();
        _bits.Required = true;
    }

    public void AddTo(Command command)
    {
        command.Add(_bits);
        command.Add(_models);
        command.Add(_settings);
        command.Validators.Add(Check);
    }

    /// <summary>The models, with their settings.</summary>
    public IReadOnlyList<ModelVariant> Models(CommandContext context)
    {
        KeyValuePair<string, string>[] settings = [.. context.Get(_settings).Select(text => SettingsOption.Split(text)!.Value)];
        return [.. Split(context.Get(_models)).Select(name => Apply(ModelVariants.Get(name), settings))];
    }

    public IReadOnlyList<int> Bits(CommandContext context) => context.Get(_bits);

    /// <summary><c>--bits 16,32</c>.</summary>
    public static Option<int[]> BitCounts()
    {
        return new Option<int[]>("--bits")
        {
            HelpName = "K,...",
            Description = $"Bits of a hashcode, one or several numbers, {Hashcode.MinBitCount} to {Hashcode.MaxBitCount}.",
            AllowMultipleArgumentsPerToken = false,
            CustomParser = result => ParseIntegers(result, "--bits", Hashcode.MinBitCount, Hashcode.MaxBitCount),
        };
    }

    /// <summary>Whole numbers within bounds, separated by commas, none twice.</summary>
    public static int[]? ParseIntegers(ArgumentResult result, string option, int min, int max)
    {
        var values = new List<int>();
        foreach (string text in Split(string.Join(',', result.Tokens.Select(token => token.Value))))
        {
            if (!int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int value) || value < min || value > max
                || values.Contains(value))
            {
                result.AddError($"{option} is '{text}'; it takes different whole numbers from {min} to {max}, separated by commas.");
                return null;
            }

            values.Add(value);
        }

        return [.. values];
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries);

    private static ModelVariant Apply(ModelVariant variant, IEnumerable<KeyValuePair<string, string>> settings) => variant.With(
        settings.Where(setting => variant.Answers(PrefixOf(setting))).Select(
            setting => new KeyValuePair<string, string>(setting.Key[(PrefixOf(setting).Length + 1)..], setting.Value)));

    private static string PrefixOf(KeyValuePair<string, string> setting)
    {
        int dot = setting.Key.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? "" : setting.Key[..dot];
    }

    private void Check(CommandResult result)
    {
        if (result.GetResult(_models) is not { } given || given.Tokens.Count != 1)
            return;
        var variants = new List<ModelVariant>();
        foreach (string name in Split(given.Tokens[0].Value))
        {
            if (ModelVariants.Find(name) is not { } variant)
                result.AddError($"--models: there is no model '{name}'; there are: {ModelVariants.Names}.");
            else if (variants.Contains(variant))
                result.AddError($"--models names '{name}' twice.");
            else
                variants.Add(variant);
        }

        CheckSettings(result, variants);
        CheckBits(result, variants);
    }

    private void CheckSettings(CommandResult result, List<ModelVariant> variants)
    {
        if (result.GetResult(_settings) is not { } given || SettingsOption.Parse(given) is not { } settings)
            return;
        foreach (KeyValuePair<string, string> setting in settings)
        {
            if (PrefixOf(setting).Length == 0 || setting.Key.EndsWith('.'))
                result.AddError($"--set '{setting.Key}={setting.Value}' is not of the form {_settings.HelpName}.");
            else if (!variants.Exists(variant => variant.Answers(PrefixOf(setting))))
                result.AddError(
                    $"--set '{setting.Key}={setting.Value}' is for a model that is not among --models: "
                    + $"{string.Join(", ", variants.Select(variant => variant.Name))}.");
        }

        foreach (ModelVariant variant in variants)
            SettingsOption.Check(result, variant.Trainer, Apply(variant, settings).Settings);
    }

    private void CheckBits(CommandResult result, List<ModelVariant> variants)
    {
        // From the text: the value of an option that could not be parsed must not be asked for.
        foreach (string text in result.GetResult(_bits)?.Tokens.SelectMany(token => Split(token.Value)) ?? [])
        {
            if (!int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int bitCount) || bitCount > Hashcode.MaxBitCount)
                continue;
            foreach (ModelVariant variant in variants.Where(variant => bitCount > variant.Trainer.MaxBitCount))
                result.AddError(
                    $"--bits {bitCount} is too many for {variant.Name}: it makes hashcodes of at most {variant.Trainer.MaxBitCount} bits.");
        }
    }
}
