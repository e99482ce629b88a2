// Is there an order of the operations on one id, each at some moment between its call and its answer, in which every answer is right?
// Linearizability is local (Herlihy & Wing 1990, theorem 1), so a history of many ids is right when that of each id is.
//
// The search of Wing & Gong in the form of Lowe (2017), "just in time": calls and answers are gone through in the order of time. A
// configuration is what is stored and which of the open operations have been carried out; the set of them holds every configuration that
// some order of the past leads to. An operation is carried out only when an answer needs it: when an operation ends, every configuration
// in which it is still to be done is continued by all sequences of open operations that end with it. Those where its answer is not possible
// are dropped. When none is left, no order explains the history. Putting off an operation until the next answer loses nothing: an order in
// which it is done earlier, with no answer between, is also one in which it is done then. What only looks is done as soon as what is
// stored agrees with its answer: it changes nothing, and an order in which it is done later stays right without it there. Equal
// configurations are kept once, so an answer costs at most 2^(open writes) times the versions, and in practice a few.
//
// A call without an answer stays open for ever: it may be done at any later moment, or never. Equal times count as at the same time, so
// that a clock that is too coarse cannot make a right history wrong. Not safe for several threads.
using System.Numerics;

namespace HashDb.Server.Tests.Linearizability;

internal sealed class RegisterChecker
{
    /// <summary>A set of open operations is a word of 64 bits.</summary>
    public const int MaxOpenOperations = 64;

    private const int ReportedOperations = 60;

    private readonly Operation?[] _open = new Operation?[MaxOpenOperations];
    private readonly Queue<Operation> _recent = new();
    private ulong _openSlots;
    private ulong _openLooks;
    private readonly Dictionary<long, long> _writeInvoked = [];
    private HashSet<Configuration> _configurations = [new Configuration(0, 0)];

    /// <summary>True when nothing is stored, whatever the order was, and nothing is open.</summary>
    public bool IsSurelyEmpty => _openSlots == 0 && _configurations.All(configuration => configuration.Stored == 0);

    /// <summary>
    /// Goes on with operations that were all called after those of earlier calls had ended, but for those that never end.
    /// </summary>
    /// <param name="operations">In any order.</param>
    /// <returns>The first answer that nothing explains, or null. After one, the checker is of no more use.</returns>
    public Violation? Check(IEnumerable<Operation> operations)
    {
        Operation[] all = [.. operations];
        foreach (Operation operation in all)
        {
            if (operation.Returned < operation.Invoked)
                throw new ArgumentException($"An operation ends before it begins: {operation}.", nameof(operations));
            bool isNew = operation.Kind is not (OperationKind.Upsert or OperationKind.Insert)
                || _writeInvoked.TryAdd(operation.Version, operation.Invoked);
            if (!isNew)
                throw new ArgumentException($"Version {operation.Version} is written twice: {operation}.", nameof(operations));
        }
        foreach ((_, bool isAnswer, Operation operation) in Events(all))
        {
            if (!isAnswer)
                Open(operation);
            else if (!TryClose(operation, out Violation? violation))
                return violation;
        }
        return null;
    }

    /// <summary>Calls and answers by time, calls first where times are equal.</summary>
    private static List<(long Time, bool IsAnswer, Operation Operation)> Events(Operation[] operations)
    {
        var events = new List<(long Time, bool IsAnswer, Operation Operation)>(2 * operations.Length);
        foreach (Operation operation in operations)
        {
            events.Add((operation.Invoked, false, operation));
            if (operation.Returned != Operation.Never)
                events.Add((operation.Returned, true, operation));
        }
        events.Sort(static (left, right) =>
            left.Time != right.Time ? left.Time.CompareTo(right.Time) : left.IsAnswer.CompareTo(right.IsAnswer));
        return events;
    }

    private void Open(Operation operation)
    {
        int slot = BitOperations.TrailingZeroCount(~_openSlots);
        if (slot == MaxOpenOperations)
            throw new InvalidOperationException($"More than {MaxOpenOperations} operations on one id are open at one time.");
        _open[slot] = operation;
        _openSlots |= 1UL << slot;
        _recent.Enqueue(operation);
        if (_recent.Count > ReportedOperations)
            _recent.Dequeue();
        if (!operation.OnlyLooks)
            return;
        _openLooks |= 1UL << slot;
        _configurations = [.. _configurations.Select(Look)];
    }

    private bool TryClose(Operation operation, out Violation? violation)
    {
        int slot = Array.FindIndex(_open, open => ReferenceEquals(open, operation));
        ulong bit = 1UL << slot;
        var seen = new HashSet<Configuration>(_configurations);
        var next = new HashSet<Configuration>();
        var work = new Stack<Configuration>(_configurations);
        while (work.TryPop(out Configuration configuration))
        {
            if ((configuration.Done & bit) != 0)
            {
                next.Add(configuration with { Done = configuration.Done & ~bit });
                continue;
            }
            for (ulong left = _openSlots & ~_openLooks & ~configuration.Done; left != 0; left &= left - 1)
            {
                int write = BitOperations.TrailingZeroCount(left);
                if (_open[write]!.ApplyTo(configuration.Stored) is not { } stored)
                    continue;
                Configuration reached = Look(new Configuration(stored, configuration.Done | (1UL << write)));
                if (seen.Add(reached))
                    work.Push(reached);
            }
        }
        violation = next.Count > 0 ? null : Explain(operation, seen);
        _configurations = next;
        _open[slot] = null;
        _openSlots &= ~bit;
        _openLooks &= ~bit;
        return violation is null;
    }

    /// <summary>Carries out everything open that only looks and whose answer is what is stored.</summary>
    private Configuration Look(Configuration configuration)
    {
        ulong done = configuration.Done;
        for (ulong left = _openLooks & ~done; left != 0; left &= left - 1)
        {
            int look = BitOperations.TrailingZeroCount(left);
            if (_open[look]!.ApplyTo(configuration.Stored) is not null)
                done |= 1UL << look;
        }
        return configuration with { Done = done };
    }

    private Violation Explain(Operation answer, HashSet<Configuration> reached)
    {
        long[] possible = [.. reached.Select(configuration => configuration.Stored).Distinct().Order()];
        ViolationKind kind = answer switch
        {
            { Defect: { } defect } => defect,
            { Kind: OperationKind.Read, Version: not 0 }
                when !_writeInvoked.TryGetValue(answer.Version, out long invoked) || invoked > answer.Returned => ViolationKind.Future,
            { Kind: OperationKind.Read, Version: 0 } or { Kind: OperationKind.Miss } or { Found: false } => ViolationKind.Missing,
            _ => ViolationKind.Stale,
        };
        return new Violation(kind, answer, possible, [.. _recent]);
    }

    /// <param name="Stored">The version that is stored, or 0.</param>
    /// <param name="Done">The open operations that have been carried out, a bit each.</param>
    private readonly record struct Configuration(long Stored, ulong Done);
}
