// The process whose system calls fail. Runs one case after another, each in a folder of its own: a database is made, written to,
// checkpointed, learned from, moved to other models, compacted, closed and opened again. What is refused is noted and gone on from; a
// collection that takes no more writes is opened again. After each step everything whose outcome is known must be answered as known.
using System.Globalization;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.Failing;

internal sealed class FailingWorker
{
    /// <summary>The program's command that runs it: folder and number of cases follow.</summary>
    public const string Command = "call-fault-worker";
    public const string CaseWord = "case";
    public const string EndWord = "end";
    public const string BrokenWord = "broken";
    public const string OpenWord = "open";
    public const string RefusedWord = "refused";
    private const int OpenAttempts = 3;
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly Facts _facts = new();
    private HashDatabase? _database;
    private bool _isPoisoned;
    private int _refusedInARow;

    private FailingWorker(string path) => _path = path;

    private Collection Items => _database!.GetCollection(FailingLayout.CollectionName);

    private bool CanGoOn => _database?.CollectionNames.Contains(FailingLayout.CollectionName) == true;

    public static async Task<int> RunAsync(string root, string cases)
    {
        if (!CallFilter.TryInstall())
            return CallFilter.RefusedCode;
        for (int i = 0; i < int.Parse(cases, CultureInfo.InvariantCulture); i++)
        {
            string folder = FailingLayout.CasePath(root, i);
            Directory.CreateDirectory(folder);
            CallFilter.Say($"{CaseWord} {i}");
            try
            {
                await new FailingWorker(Path.Combine(folder, FailingLayout.DatabaseFolderName)).RunCaseAsync()
                    .WaitAsync(LongestCase).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                CallFilter.Say($"{BrokenWord} {exception}");
            }
            CallFilter.Say($"{EndWord} {i}");
        }
        return 0;
    }

    private async Task RunCaseAsync()
    {
        await OpenAsync().ConfigureAwait(false);
        await WriteAsync(0, 1).ConfigureAwait(false);
        await DoAsync(FailingLayout.Index, 1, items => items.CreateIndexAsync(ItemFields.ColourName)).ConfigureAwait(false);
        await WriteAsync(1, 1).ConfigureAwait(false);
        await WriteAsync(0, 0).ConfigureAwait(false);
        await DoAsync(null, 0, items => items.Maintenance.CheckpointAsync()).ConfigureAwait(false);
        await WriteAsync(1, 2).ConfigureAwait(false);
        await WriteAsync(2, 1).ConfigureAwait(false);
        await DoAsync(FailingLayout.Draft, 1, items => items.Learning.LearnAsync(FailingLayout.Labelled())).ConfigureAwait(false);
        await DoAsync(
            FailingLayout.Model, 2, items => items.Maintenance.ReindexAsync(FailingLayout.ModelOf(2), FailingLayout.Sketched))
            .ConfigureAwait(false);
        await WriteAsync(3, 1).ConfigureAwait(false);
        await DoAsync(null, 0, items => items.Maintenance.CompactAsync()).ConfigureAwait(false);
        await WriteAsync(4, 1).ConfigureAwait(false);
        await MakeOtherAsync().ConfigureAwait(false);
        await DropOtherAsync().ConfigureAwait(false);
        await ReopenAsync().ConfigureAwait(false);
        await WriteAsync(5, 1).ConfigureAwait(false);
        await WriteAsync(2, 0).ConfigureAwait(false);
        await DoAsync(null, 0, items => items.Maintenance.DropPreviousAsync()).ConfigureAwait(false);
        await WriteAsync(6, 1).ConfigureAwait(false);
        await WriteManyAsync().ConfigureAwait(false);
        await WriteManyAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Gives a batch a version: 0 deletes it.</summary>
    private Task WriteAsync(int batch, int version) => DoAsync(FailingLayout.Batch(batch), version, items => version switch
    {
        0 => items.DeleteAsync(FailingLayout.Ids(batch)),
        1 => items.InsertAsync(FailingLayout.Records(batch, version)),
        _ => items.UpsertAsync(FailingLayout.Records(batch, version)),
    });

    /// <summary>
    /// Several writes at once: those that come while the first is flushed reach the log in one system call. The second time they
    /// replace each other's records, so that a write that was refused would be seen.
    /// </summary>
    private async Task WriteManyAsync()
    {
        int[] batches = [.. Enumerable.Range(FailingLayout.FirstBatchOfMany, FailingLayout.BatchCount - FailingLayout.FirstBatchOfMany)];
        if (!CanGoOn || _isPoisoned)
            return;
        int[][] before = [.. batches.Select(batch => _facts.Of(FailingLayout.Batch(batch)))];
        int version = before.All(values => values.SequenceEqual([0])) ? 1 : 2;
        foreach (int batch in batches)
            Note(FailingLayout.Batch(batch), [.. before[batch - batches[0]].Append(version).Distinct()]);
        Collection items = Items;
        Task[] writes = [.. batches.Select(batch => items.UpsertAsync(FailingLayout.Records(batch, version)))];
        for (int i = 0; i < writes.Length; i++)
        {
            try
            {
                await writes[i].ConfigureAwait(false);
                Note(FailingLayout.Batch(batches[i]), [version]);
            }
            catch (HashDbException refusal)
            {
                CallFilter.Say($"{RefusedWord} {FailingLayout.Batch(batches[i])} {version} {refusal.Code}");
                _isPoisoned |= refusal.Code == HashDbErrorCode.Poisoned;
                if (refusal.Code != HashDbErrorCode.Poisoned)
                    Note(FailingLayout.Batch(batches[i]), before[i]);
            }
        }
        CheckReads("while the calls fail");
        if (_isPoisoned)
            await ReopenAsync().ConfigureAwait(false);
    }

    /// <summary>Carries out a step that gives a thing a value, and notes which values it may have then.</summary>
    private async Task DoAsync(string? thing, int value, Func<Collection, Task> step)
    {
        if (!CanGoOn)
            await ReopenAsync().ConfigureAwait(false);
        if (!CanGoOn)
            return;
        int[] before = thing is null ? [] : _facts.Of(thing);
        Note(thing, [.. before.Append(value).Distinct()]);
        bool wasPoisoned = _isPoisoned;
        try
        {
            await step(Items).ConfigureAwait(false);
            Note(thing, [value]);
            _refusedInARow = 0;
        }
        catch (HashDbException refusal)
        {
            CallFilter.Say($"{RefusedWord} {thing} {value} {refusal.Code}");
            _refusedInARow++;
            _isPoisoned |= refusal.Code == HashDbErrorCode.Poisoned;
            // Only a failure after the log was written leaves it open what is there; later writes are refused before anything.
            if (refusal.Code != HashDbErrorCode.Poisoned || wasPoisoned)
                Note(thing, before);
        }
        CheckReads("while the calls fail");
        if (_refusedInARow > 1)
            await ReopenAsync().ConfigureAwait(false);
    }

    private async Task MakeOtherAsync()
    {
        if (!CanGoOn)
            return;
        Note(FailingLayout.Other, [0, 1]);
        try
        {
            await _database!.CreateCollectionAsync(
                FailingLayout.OtherName, FailingLayout.Second).ConfigureAwait(false);
            Note(FailingLayout.Other, [1]);
        }
        catch (HashDbException refusal)
        {
            CallFilter.Say($"{RefusedWord} {FailingLayout.Other} 1 {refusal.Code}");
        }
    }

    private async Task DropOtherAsync()
    {
        if (_database?.CollectionNames.Contains(FailingLayout.OtherName) != true)
            return;
        Note(FailingLayout.Other, [0, 1]);
        try
        {
            await _database.DropCollectionAsync(FailingLayout.OtherName).ConfigureAwait(false);
            Note(FailingLayout.Other, [0]);
        }
        catch (HashDbException refusal)
        {
            CallFilter.Say($"{RefusedWord} {FailingLayout.Other} 0 {refusal.Code}");
        }
    }

    private async Task ReopenAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await OpenAsync().ConfigureAwait(false);
    }

    /// <summary>Opens the database and makes the collection, as often as it takes, or until it is given up.</summary>
    private async Task OpenAsync()
    {
        for (int attempt = 0; attempt < OpenAttempts && !CanGoOn; attempt++)
        {
            try
            {
                if (_database is null)
                    CallFilter.Say($"{OpenWord} {attempt}");
                _database ??= await HashDatabase.OpenAsync(_path, FailingLayout.Options).ConfigureAwait(false);
                if (!CanGoOn)
                {
                    CheckFailedException.Unless(!_facts.Of(FailingLayout.Model).SequenceEqual([1]), "the collection is gone");
                    Note(FailingLayout.Model, [0, 1]);
                    await _database.CreateCollectionAsync(
                        FailingLayout.CollectionName, FailingLayout.First).ConfigureAwait(false);
                    Note(FailingLayout.Model, [1]);
                }
            }
            catch (HashDbException refusal)
            {
                CallFilter.Say($"{RefusedWord} open {attempt} {refusal.Code}");
                await CloseAsync().ConfigureAwait(false);
            }
        }
        _isPoisoned = false;
        _refusedInARow = 0;
    }

    private async Task CloseAsync()
    {
        HashDatabase? database = _database;
        _database = null;
        if (database is null)
            return;
        try
        {
            await database.DisposeAsync().ConfigureAwait(false);
        }
        catch (HashDbException refusal)
        {
            CallFilter.Say($"{RefusedWord} close 0 {refusal.Code}");
        }
    }

    /// <summary>What was acknowledged is answered, whatever fails; what is refused or unknown is not looked at.</summary>
    private void CheckReads(string when)
    {
        for (int batch = 0; batch < FailingLayout.BatchCount; batch++)
        {
            if (_facts.Of(FailingLayout.Batch(batch)).Length == 1)
                _facts.Check(FailingLayout.Batch(batch), FailingLayout.VersionOf(Items, batch), when);
        }
    }

    private void Note(string? thing, int[] values)
    {
        if (thing is not null)
            CallFilter.Say(_facts.Set(thing, values));
    }
}
