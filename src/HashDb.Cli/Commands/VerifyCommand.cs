using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb verify</c>: compares every byte with its checksum. Damage makes the command fail.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.DatabaseDirectory("DB", "Directory of the database.");
        Argument<string?> name = CommonOptions.OptionalCollection();
        // It never writes; the option is there so that all commands that only read take it.
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command(
            "verify", "Check every byte of a collection, or of all; nobody may write meanwhile.") { database, name, readOnly };
        command.SetBody(async context =>
        {
            VerificationReport report = await HashDatabase.VerifyAsync(
                context.Get(database), context.Get(name), context.LoggerFactory, context.CancellationToken);
            if (context.Json)
            {
                foreach (Damage damage in report.Damages)
                    context.Lines.Write(json => DamageOutput.WriteMembers(json, damage));
                context.Lines.Write(json =>
                {
                    json.WriteBoolean("sound", report.IsSound);
                    json.WriteNumber("rowsChecked", report.RowsChecked);
                    json.WriteNumber("filesChecked", report.FilesChecked);
                    json.WriteNumber("damages", report.Damages.Count);
                });
            }
            else
            {
                DamageOutput.WriteTable(context, "Damage", report.Damages);
                context.Terminal.WriteProperties(context.Get(database),
                    [
                        ("Sound", report.IsSound),
                        ("Rows checked", report.RowsChecked),
                        ("Files checked", report.FilesChecked),
                        ("Damaged places", report.Damages.Count)
                    ]);
            }

            if (report.IsSound)
                return CommandLine.Succeeded;
            Damage first = report.Damages[0];
            CommandFailure.Write(
                $"{report.Damages.Count} damaged places, the first in {first.File} at offset {first.Offset}: {first.Detail}");
            return CommandLine.Failed;
        });
        return command;
    }
}
