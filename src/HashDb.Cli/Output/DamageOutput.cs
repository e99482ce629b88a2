using System.Text.Json;
using HashDb.Storage;

namespace HashDb.Cli.Output;

/// <summary>Prints damaged places, for <c>hashdb verify</c> and <c>hashdb repair</c>.</summary>
internal static class DamageOutput
{
    public static void WriteMembers(Utf8JsonWriter json, Damage damage)
    {
        json.WriteString("file", damage.File);
        json.WriteNumber("offset", damage.Offset);
        if (damage.Row is { } row)
            json.WriteNumber("row", row);
        if (damage.Id is { } id)
            json.WriteNumber("id", id.Value);
        json.WriteString("detail", damage.Detail);
    }

    public static void WriteTable(CommandContext context, string title, IReadOnlyList<Damage> damages)
    {
        if (damages.Count == 0)
            return;
        context.Terminal.WriteTable(title, ["File", "Offset", "Row", "Id", "What"], damages.Select(damage => (IReadOnlyList<object?>)
            [damage.File, damage.Offset, damage.Row, damage.Id?.Value, damage.Detail]));
    }
}
