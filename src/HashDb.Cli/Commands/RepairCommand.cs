using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb repair</c>: restores what can be restored and takes out of service what cannot.</summary>
internal static class RepairCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.DatabaseDirectory("DB", "Directory of the database.");
        Argument<string?> name = CommonOptions.OptionalCollection();
        var command = new Command(
            "repair",
            "Restore or quarantine what is damaged, in a collection or in all; no one else may have the database open.") { database, name };
        command.SetBody(async context =>
        {
            RepairReport report = await HashDatabase.RepairAsync(
                context.Get(database), context.Get(name), context.LoggerFactory, context.CancellationToken);
            if (context.Json)
            {
                Write(context, "healed", report.Healed);
                Write(context, "quarantined", report.Quarantined);
                context.Lines.Write(json =>
                {
                    json.WriteNumber("healed", report.Healed.Count);
                    json.WriteNumber("quarantined", report.Quarantined.Count);
                });
            }
            else
            {
                DamageOutput.WriteTable(context, "Restored", report.Healed);
                DamageOutput.WriteTable(context, "Lost and taken out of service", report.Quarantined);
                context.Terminal.WriteProperties(
                    context.Get(database), [("Places restored", report.Healed.Count), ("Places lost", report.Quarantined.Count)]);
            }
        });
        return command;
    }

    private static void Write(CommandContext context, string outcome, IReadOnlyList<Damage> damages)
    {
        foreach (Damage damage in damages)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("outcome", outcome);
                DamageOutput.WriteMembers(json, damage);
            });
        }
    }
}
