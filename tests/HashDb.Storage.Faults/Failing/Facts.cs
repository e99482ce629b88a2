// What may be true of the database of one case: for each thing that the workload changes, the values that it may have now. One value
// when the last change was acknowledged or refused; several when its outcome is unknown. The worker tells each change to the process
// that checks.
using System.Globalization;
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Failing;

internal sealed class Facts
{
    private const string Word = "may";

    private readonly Dictionary<string, int[]> _values = new(StringComparer.Ordinal);

    /// <summary>The things, and the values that each may have. 0 is "not there".</summary>
    public IReadOnlyDictionary<string, int[]> Values => _values;

    public int[] Of(string thing) => _values.GetValueOrDefault(thing, [0]);

    /// <summary>Notes a change.</summary>
    /// <returns>The line that says so.</returns>
    public string Set(string thing, int[] values)
    {
        _values[thing] = values;
        return $"{Word} {thing} {string.Join(' ', values)}";
    }

    /// <summary>Takes a line of <see cref="Set"/>.</summary>
    /// <returns>False when it is another line.</returns>
    public bool TryRead(string line)
    {
        string[] words = line.Split(' ');
        if (words[0] != Word)
            return false;
        _values[words[1]] = [.. words.Skip(2).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        return true;
    }

    public Facts Copy()
    {
        var copy = new Facts();
        foreach ((string thing, int[] values) in _values)
            copy._values.Add(thing, values);
        return copy;
    }

    /// <summary>Compares a value that was found.</summary>
    public void Check(string thing, int found, string when) => CheckFailedException.Unless(
        Of(thing).Contains(found), $"{when}, {thing} has the value {found} and must have {string.Join(" or ", Of(thing))}");
}
