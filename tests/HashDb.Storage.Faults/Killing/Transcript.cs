// What a worker said before it died: for each writer, the last operation it tried and the last that was acknowledged. Both are
// counted from what the writer began with; writers are acknowledged in order.
using System.Globalization;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Workload;

namespace HashDb.Storage.Faults.Killing;

internal sealed class Transcript
{
    /// <summary>Stands for the thread that makes and drops collections.</summary>
    public const int Churn = WorkLayout.ThreadCount;

    /// <summary>Stands, with a collection's number added, for the threads that change generations.</summary>
    public const int FirstGeneration = Churn + 1;

    /// <summary>Stands for the thread that learns.</summary>
    public static readonly int Learn = FirstGeneration + WorkLayout.Names.Length;

    private readonly int[] _tried = new int[Learn + 1];
    private readonly int[] _acknowledged = new int[Learn + 1];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="churnStep">Steps that were carried out before.</param>
    /// <param name="generationSteps">Likewise, for each collection.</param>
    /// <param name="learnStep">Likewise, of the thread that learns.</param>
    public Transcript(int churnStep, IReadOnlyList<int> generationSteps, int learnStep)
    {
        _tried[Learn] = _acknowledged[Learn] = learnStep;
        _tried[Churn] = _acknowledged[Churn] = churnStep;
        for (int i = 0; i < generationSteps.Count; i++)
            _tried[FirstGeneration + i] = _acknowledged[FirstGeneration + i] = generationSteps[i];
    }

    public bool IsReady => _ready.Task.IsCompleted;

    /// <summary>Ends when the database is open and the writers begin.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Collections of <see cref="WorkLayout.Names"/> and of the one that learns whose making was acknowledged.</summary>
    public ISet<string> Made { get; } = new HashSet<string>(StringComparer.Ordinal);

    public int Tried(int thread) => _tried[thread];

    public int Acknowledged(int thread) => _acknowledged[thread];

    public async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
            Read(line);
    }

    public void Read(string line)
    {
        if (line == KillWorker.ReadyLine)
        {
            _ready.TrySetResult();
            return;
        }
        string[] words = line.Split(' ');
        if (words is ["made", string name])
        {
            Made.Add(name);
            return;
        }
        CheckFailedException.Unless(words.Length == 3 && words[0] is "try" or "ack", $"the worker said '{line}'");
        int[] counts = words[0] == "try" ? _tried : _acknowledged;
        int thread = int.Parse(words[1], CultureInfo.InvariantCulture);
        int number = int.Parse(words[2], CultureInfo.InvariantCulture);
        CheckFailedException.Unless(number == counts[thread] + 1, $"the worker said '{line}' after {counts[thread]}");
        counts[thread] = number;
    }
}
