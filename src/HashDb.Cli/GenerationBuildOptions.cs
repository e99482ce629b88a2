using System.CommandLine;
using System.Globalization;

namespace HashDb.Cli;

/// <summary>The options of every command that builds a generation under another model.</summary>
internal sealed class GenerationBuildOptions
{
    private static readonly GenerationOptions Defaults = new();

    private readonly Option<bool> _keepPrevious =
        new("--keep-previous") { Description = "Keep the generation that is replaced, so that 'hashdb rollback' can go back to it." };

    private readonly Option<double?> _busyShare = new("--busy-share")
    {
        HelpName = "S",
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"Share of the time in which the build works while searches are under way, {Defaults.BusyShare} if not given, "
            + $"{GenerationOptions.MinBusyShare} to 1."),
    };

    private readonly Option<int?> _cores =
        CommonOptions.Integer("--cores", "N", "Cores that encode, half of the machine's if not given,", 1, GenerationOptions.MaxCores);

    public GenerationBuildOptions() => _busyShare.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1
                && !(double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double share)
                    && share is >= GenerationOptions.MinBusyShare and <= 1))
        {
            result.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"--busy-share is '{result.Tokens[0].Value}'; it must be a number from {GenerationOptions.MinBusyShare} to 1."));
        }
    });

    public void AddTo(Command command)
    {
        command.Options.Add(_keepPrevious);
        command.Options.Add(_busyShare);
        command.Options.Add(_cores);
    }

    public GenerationOptions Read(CommandContext context) => new()
    {
        KeepPrevious = context.Get(_keepPrevious),
        BusyShare = context.Get(_busyShare) ?? Defaults.BusyShare,
        Cores = context.Get(_cores),
    };
}
