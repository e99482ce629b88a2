using System.CommandLine;
using System.Globalization;

namespace HashDb.Cli;

/// <summary>The options of commands that choose records and show parts of them.</summary>
internal static class RecordOptions
{
    public static Option<Filter?> Filter() => new("--filter")
    {
        HelpName = "TEXT",
        Description = "Only records that match, such as 'year >= 2020 && tags contains \"sea\"' (docs/FILTERS.md).",
        CustomParser = result =>
        {
            try
            {
                return HashDb.Filter.Parse(result.Tokens[0].Value);
            }
            catch (ArgumentException error)
            {
                result.AddError($"--filter: {error.Message}");
                return null;
            }
        },
    };

    public static Option<RecordParts?> Include(string usual) => new("--include")
    {
        HelpName = "PARTS",
        Description = $"Parts of the records to show: fields, labels, vector, with commas between; {usual} if not given.",
        CustomParser = result =>
        {
            var parts = RecordParts.None;
            foreach (string word in result.Tokens[0].Value.Split(','))
            {
                RecordParts part = word.Trim() switch
                {
                    "fields" => RecordParts.Fields,
                    "labels" => RecordParts.Labels,
                    "vector" => RecordParts.Vector,
                    _ => RecordParts.None,
                };
                if (part == RecordParts.None)
                    result.AddError($"--include has '{word}'; the parts are fields, labels and vector.");
                parts |= part;
            }
            return parts;
        },
    };

    public static Option<float?> MaxDistance()
    {
        var option = new Option<float?>("--max-distance") { HelpName = "D", Description = "Only results at most so far away." };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && (!float.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out float value) || float.IsNaN(value)))
            {
                result.AddError($"--max-distance is '{result.Tokens[0].Value}'; it must be a number.");
            }
        });
        return option;
    }

    public static Option<int?> Skip() =>
        CommonOptions.Integer("--skip", "N", "Leave out the first N,", 0, StorageLimits.MaxTop - 1);

    public static Argument<string[]> Keys(bool isRequired) => new("KEY")
    {
        Description = "Keys: numbers, texts or UUIDs, as the collection has them.",
        Arity = new ArgumentArity(isRequired ? 1 : 0, StorageLimits.MaxBatchRecords),
    };
}
