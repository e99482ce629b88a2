// The one table per trainer from which come the names, defaults, ranges and help of its settings, the parsing of `name=value`, and
// the options that a model file records. Built once, immutable, safe for many threads.
using System.Collections.Immutable;
using System.Globalization;
using HashDb.Models.Numerics;

namespace HashDb.Models.Training;

/// <summary>The settings of one kind of options.</summary>
internal sealed class SettingTable<TOptions>(TOptions defaults)
    where TOptions : class
{
    private readonly List<Entry> _entries = [];
    private readonly List<RowLimit> _rowLimits = [];

    /// <summary>The settings in the order in which they were added.</summary>
    public IReadOnlyList<TrainerSetting> Settings => _entries.ConvertAll(entry => entry.Setting);

    /// <summary>Adds a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Changes it.</param>
    /// <param name="smallest">The smallest value.</param>
    /// <param name="largest">The largest value.</param>
    /// <param name="description">What it does.</param>
    /// <param name="rowLimit">
    /// The largest value for a number of training rows, with labels or without; null where the options make it of no account.
    /// </param>
    public SettingTable<TOptions> Integer(
        string name,
        Func<TOptions, int> get,
        Func<TOptions, int, TOptions> set,
        int smallest,
        int largest,
        string description,
        Func<TOptions, int, bool, int?>? rowLimit = null)
    {
        if (rowLimit is not null)
            _rowLimits.Add(new RowLimit(name, get, smallest, rowLimit));
        return Add(name, $"{smallest} to {largest}", description, options => (long)get(options), (options, text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= smallest
                && value <= largest
                ? set(options, value) : default);
    }

    public SettingTable<TOptions> Real(
        string name, Func<TOptions, double> get, Func<TOptions, double, TOptions> set, double smallest, double largest,
        string description) =>
        Add(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{smallest} to {largest}"),
            description,
            options => get(options),
            (options, text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= smallest
                && value <= largest
                ? set(options, value) : default);

    public SettingTable<TOptions> Boolean(string name, Func<TOptions, bool> get, Func<TOptions, bool, TOptions> set, string description) =>
        Add(name, "true or false", description, options => get(options), (options, text) =>
            bool.TryParse(text, out bool value) ? set(options, value) : default);

    public SettingTable<TOptions> Choice<TEnum>(
        string name, Func<TOptions, TEnum> get, Func<TOptions, TEnum, TOptions> set, string description)
        where TEnum : struct, Enum
    {
        TEnum[] values = Enum.GetValues<TEnum>();
        return Add(name, string.Join(", ", values.Select(Spell)), description, options => Spell(get(options)), (options, text) =>
        {
            int index = Array.FindIndex(values, value => Spell(value).Equals(text, StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? set(options, values[index]) : default;
        });
    }

    public SettingTable<TOptions> Algebra(Func<TOptions, IDenseAlgebra> get, Func<TOptions, IDenseAlgebra, TOptions> set) =>
        Add(
            "algebra",
            string.Join(", ", DenseAlgebra.Names),
            "Who multiplies matrices; openblas needs the library on the machine. Files agree to rounding only between the two.",
            options => get(options).Name,
            (options, text) => DenseAlgebra.Names.Contains(text) ? set(options, DenseAlgebra.Get(text)) : default);

    /// <summary>Changes one setting.</summary>
    /// <exception cref="ArgumentException">There is no such setting, or the value does not fit; says what there is.</exception>
    public TOptions Apply(TOptions options, string name, string value)
    {
        Entry? entry = _entries.Find(entry => entry.Setting.Name == name);
        if (entry is null)
            throw new ArgumentException(
                $"There is no setting '{name}'; there are: {string.Join(", ", _entries.Select(e => e.Setting.Name))}.", nameof(name));
        return entry.Parse(options, value)
            ?? throw new ArgumentException($"'{value}' does not fit {name}: {entry.Setting.Range}.", nameof(value));
    }

    /// <summary>Refuses values that so many training rows cannot meet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is one; names the setting, the value, the limit and the way out.</exception>
    public void CheckRows(TOptions options, int rowCount, bool hasLabels)
    {
        foreach (RowLimit limit in _rowLimits)
        {
            int value = limit.Get(options);
            if (limit.Most(options, rowCount, hasLabels) is { } most && value > most)
                throw new ArgumentOutOfRangeException(nameof(options), value, limit.Refusal(value, rowCount, most));
        }
    }

    /// <summary>The values that so many training rows cannot meet, of settings that nobody has chosen, with the most they can be.</summary>
    /// <param name="options">The options with what was chosen.</param>
    /// <param name="chosen">Names of the settings that were chosen.</param>
    /// <param name="rowCount">Training rows.</param>
    /// <param name="hasLabels">Whether they have labels.</param>
    public IReadOnlyList<LoweredSetting> Lower(TOptions options, IReadOnlySet<string> chosen, int rowCount, bool hasLabels)
    {
        var lowered = new List<LoweredSetting>();
        foreach (RowLimit limit in _rowLimits)
        {
            // A limit below the smallest value cannot be met by any; training then says so.
            int value = limit.Get(options);
            if (!chosen.Contains(limit.Name) && limit.Most(options, rowCount, hasLabels) is { } most && value > most
                && most >= limit.Smallest)
                lowered.Add(new LoweredSetting(limit.Name, value, most, rowCount));
        }

        return lowered;
    }

    /// <summary>All settings by name, as a model file records them.</summary>
    public ImmutableSortedDictionary<string, ModelValue> ToMap(TOptions options) =>
        ModelValueMap.Create(_entries.Select(entry => (entry.Setting.Name, entry.Get(options))).ToArray());

    /// <summary>The name of an enumeration's value in small letters with hyphens, such as <c>class-k-means</c>.</summary>
    private static string Spell<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private SettingTable<TOptions> Add(
        string name, string range, string description, Func<TOptions, ModelValue> get, Func<TOptions, string, TOptions?> parse)
    {
        _entries.Add(new Entry(new TrainerSetting(name, get(defaults).ToString(), range, description), get, parse));
        return this;
    }

    private sealed record RowLimit(
        string Name,
        Func<TOptions, int> Get,
        int Smallest,
        Func<TOptions, int, bool, int?> Most)
    {
        // Many rows lower a limit as well: that of the memory for the two together.
        public string Refusal(int value, int rowCount, int most) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Name} is {value}, but {rowCount} training rows allow at most {most}: lower it, or train on "
            + $"{(most < rowCount - 1 ? "fewer" : "more")} rows.");
    }

    private sealed record Entry(TrainerSetting Setting, Func<TOptions, ModelValue> Get, Func<TOptions, string, TOptions?> Parse);
}
