using System.Globalization;
using System.Text;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary>The settings of a trainer as text for its help: everything comes from the trainer's own table.</summary>
internal static class SettingsHelp
{
    private const int TextWidth = 100;

    public static string Of(ModelTrainer trainer)
    {
        var text = new StringBuilder("Settings (--set name=value):\n");
        int width = trainer.Settings.Max(setting => setting.Name.Length);
        string indent = new(' ', width + 4);
        foreach (TrainerSetting setting in trainer.Settings)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {setting.Name.PadRight(width)}  ");
            text.AppendJoin("\n" + indent, Wrap(setting.Description, TextWidth));
            text.Append('\n').Append(indent)
                .AppendJoin("\n" + indent, Wrap($"{setting.Range}; default {setting.Default}", TextWidth))
                .Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
