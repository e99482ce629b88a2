using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.Failing;

/// <summary>Which system calls of a case fail, and how.</summary>
/// <param name="Kind">Kind of the calls.</param>
/// <param name="Error">The error that they end with.</param>
/// <param name="Number">The call of that kind that fails, from 1.</param>
/// <param name="IsRepeated">Every so many calls, and not just the one.</param>
internal sealed record CallFault(FileCallKind Kind, CallError Error, int Number, bool IsRepeated)
{
    private static readonly int[] Repetitions = [1, 2, 3, 7];

    /// <summary>The call is a write of which half is carried out; the one for the rest ends with the error.</summary>
    public bool IsShort { get; init; }

    /// <summary>Only calls on files whose paths end so count.</summary>
    public string PathEnd { get; init; } = "";

    /// <summary>
    /// From the call of this number on, of whatever kind, every change fails until the database is opened again: for the files it is as
    /// if the process had been killed there.
    /// </summary>
    public bool IsHalt { get; init; }

    /// <summary>A halt at each call of a workload that makes so many when nothing fails.</summary>
    public static IEnumerable<CallFault> Halts(IReadOnlyDictionary<FileCallKind, int> counts) =>
        Enumerable.Range(1, counts.Values.Sum()).Select(
            number => new CallFault(FileCallKind.Write, CallError.EIO, number, IsRepeated: false) { IsHalt = true });

    /// <summary>All faults for a workload that makes so many calls of each kind when nothing fails.</summary>
    public static IEnumerable<CallFault> All(IReadOnlyDictionary<FileCallKind, int> counts)
    {
        foreach ((FileCallKind kind, int count) in counts.OrderBy(entry => entry.Key))
        {
            foreach (CallError error in Enum.GetValues<CallError>().Where(error => CanMeet(kind, error)))
            {
                for (int number = 1; number <= count; number++)
                {
                    yield return new CallFault(kind, error, number, IsRepeated: false);
                    if (kind == FileCallKind.Write && error != CallError.EINTR)
                        yield return new CallFault(kind, error, number, IsRepeated: false) { IsShort = true };
                }
                // Every call interrupted for ever would be a machine that does nothing else.
                foreach (int number in Repetitions.Where(number => number > 1 || error != CallError.EINTR))
                    yield return new CallFault(kind, error, number, IsRepeated: true);
            }
        }
    }

    /// <summary>What becomes of the call of this number of its kind.</summary>
    public CallDecision Decide(int number)
    {
        if (IsShort && number == Number)
            return CallDecision.Shorten;
        int failing = IsShort ? Number + 1 : Number;
        return (IsRepeated ? number % failing == 0 : number == failing) ? new CallDecision((int)Error) : CallDecision.Run;
    }

    public override string ToString() => IsHalt
        ? $"Halt at call {Number}"
        : $"{Kind} {PathEnd}{(IsRepeated ? "every " : "")}{Number}{(IsShort ? ", cut short," : "")} ends with {Error}";

    /// <summary>Signals interrupt only calls that wait.</summary>
    private static bool CanMeet(FileCallKind kind, CallError error) => error != CallError.EINTR
        || kind is FileCallKind.Write or FileCallKind.Flush or FileCallKind.SetLength or FileCallKind.Open or FileCallKind.Create;
}
