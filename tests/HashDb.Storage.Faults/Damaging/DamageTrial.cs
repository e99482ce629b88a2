// One case of the damage test: a fresh copy is damaged and opened, another is damaged, verified, repaired, opened and verified.
// Allowed are right answers, or typed errors that name the damaged file; never a wrong answer, another exception, a hang or a
// file that grows. What a repair must save is computed from the sample, not taken from the repair's report.
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Log;
using HashDb.Storage.Sketches;

namespace HashDb.Storage.Faults.Damaging;

internal sealed class DamageTrial(SampleDatabase sample, DamageCase damage)
{
    private const int SampledBuckets = 6;
    private const int SampledSearches = 3;
    private const long AllowedGrowthBytes = 1L << 20;

    private static readonly HashSet<ulong> None = [];
    private static readonly HashSet<SampleFrame> NoFrames = [];

    private string FileName => Path.GetFileName(damage.File);

    private bool IsLog => damage.File.EndsWith(".wal", StringComparison.Ordinal);

    private bool IsModel => FileName == CollectionFiles.ModelFileName && !IsKept;

    /// <summary>A file that only a rollback reads.</summary>
    private bool IsKept => sample.Collections.Any(collection => collection.KeptFolder == Path.GetDirectoryName(damage.File));

    private bool IsKeptModel => IsKept && FileName == CollectionFiles.ModelFileName;

    private bool IsDraft => FileName.StartsWith("draft-", StringComparison.Ordinal);

    private bool IsBothManifests => damage is { Kind: DamageKind.Delete, Position: 1 };

    /// <summary>Files that hold nothing that is not elsewhere too: their damage must not be felt.</summary>
    private bool MustNotMatter =>
        IsKept || FileName.StartsWith(SketchIndex.FileName, StringComparison.Ordinal)
        || (!IsBothManifests && FileName is DirectoryLock.FileName or DurableMark.FileName or "MANIFEST" or "MANIFEST.copy");

    /// <param name="alwaysRepair">Repair also what opens without a fault.</param>
    public async Task<DamageOutcome> RunAsync(bool alwaysRepair)
    {
        OpenOutcome open = await OnCopyAsync(OpenAsync).ConfigureAwait(false);
        Require(open == OpenOutcome.Right || !MustNotMatter, $"the outcome is {open}, and this file must not matter");
        if (open == OpenOutcome.Right && !alwaysRepair)
            return new DamageOutcome(open, RepairOutcome.NotTried);
        return new DamageOutcome(open, await OnCopyAsync(path => RepairAsync(path, open)).ConfigureAwait(false));
    }

    private async Task<T> OnCopyAsync<T>(Func<string, Task<T>> trial)
    {
        string path = Folders.NewTemporary("damage");
        try
        {
            Folders.Copy(sample.Directory, path);
            damage.Apply(path);
            long before = Folders.Bytes(path);
            T result = await trial(path).ConfigureAwait(false);
            long after = Folders.Bytes(path);
            Require(after <= before + AllowedGrowthBytes, $"the folder grew from {before} to {after} bytes");
            return result;
        }
        finally
        {
            Folders.Delete(path);
        }
    }

    private async Task<OpenOutcome> OpenAsync(string path)
    {
        HashDatabase database;
        try
        {
            database = await HashDatabase.OpenAsync(path, SampleDatabase.Options with { CreateIfMissing = false }).ConfigureAwait(false);
        }
        catch (HashDbException exception)
        {
            RequireNamed(exception);
            return OpenOutcome.RefusedAtOpen;
        }
        await using (database.ConfigureAwait(false))
        {
            bool anyRefused = false;
            foreach (SampleCollection collection in sample.Collections)
                anyRefused |= Check(database, collection, collection.Without(None, NoFrames), Path.Combine(path, damage.File));
            if (IsKept)
                await RollBackAsync(database, path).ConfigureAwait(false);
            return anyRefused ? OpenOutcome.RefusedOnTouch : OpenOutcome.Right;
        }
    }

    /// <summary>Damaged hashcodes are encoded again; without the model there is no going back, and the live generation stays.</summary>
    private async Task RollBackAsync(HashDatabase database, string path)
    {
        SampleCollection kept = sample.Collections.Single(collection => collection.KeptFolder is not null);
        try
        {
            await database.GetCollection(kept.Name).Maintenance.RollbackAsync().ConfigureAwait(false);
            Require(!IsKeptModel, "a rollback succeeded with a damaged model");
        }
        catch (HashDbException exception)
        {
            RequireNamed(exception);
            Require(IsKeptModel, $"a rollback was refused: {exception.Message}");
        }
        Check(database, kept, kept.Without(None, NoFrames), Path.Combine(path, damage.File));
    }

    private async Task<RepairOutcome> RepairAsync(string path, OpenOutcome open)
    {
        VerificationReport? verified = await TryVerifyAsync(path).ConfigureAwait(false);
        Require(
            open == OpenOutcome.Right || verified is not { IsSound: true },
            $"verification finds nothing wrong, but the outcome was {open}");
        RepairReport report;
        try
        {
            report = await HashDatabase.RepairAsync(path).ConfigureAwait(false);
        }
        catch (HashDbException exception)
        {
            RequireNamed(exception);
            Require(IsModel || IsBothManifests, $"repair gave up: {exception.Message}");
            return RepairOutcome.Impossible;
        }
        Require(!IsModel && !IsBothManifests, "repair succeeded without what it needs");
        return await CheckRepairedAsync(path, report).ConfigureAwait(false);
    }

    private async Task<RepairOutcome> CheckRepairedAsync(string path, RepairReport report)
    {
        HashDatabase database =
            await HashDatabase.OpenAsync(path, SampleDatabase.Options with { CreateIfMissing = false }).ConfigureAwait(false);
        bool anyLost = false;
        await using (database.ConfigureAwait(false))
        {
            Require(
                database.CollectionNames.SequenceEqual(sample.Collections.Select(collection => collection.Name)),
                "collections are missing after repair");
            foreach (SampleCollection collection in sample.Collections)
            {
                SampleRow[] lostRows = [.. collection.Rows.Where(row => row.Stretches.Any(damage.Hits))];
                HashSet<SampleFrame> lostFrames = [.. collection.Frames.Where(frame => damage.Hits(frame.Stretch))];
                anyLost |= lostRows.Length > 0 || lostFrames.Count > 0;
                RequireReported(collection, lostRows, lostFrames, report);
                await RequireDraftAsync(
                    database.GetCollection(collection.Name), collection, lostFrames.Count > 0, report).ConfigureAwait(false);
                Check(database, collection, collection.Without(lostRows.Select(row => row.Id).ToHashSet(), lostFrames), null);
            }
        }
        Require(
            anyLost || IsLog || IsKeptModel || IsDraft || report.Quarantined.Count == 0,
            $"nothing was damaged beyond repair, but it took out of service: {string.Join("; ", report.Quarantined)}");
        VerificationReport after = await HashDatabase.VerifyAsync(path).ConfigureAwait(false);
        Require(after.IsSound, $"after repair verification finds: {string.Join("; ", after.Damages)}");
        return anyLost ? RepairOutcome.WithLosses : RepairOutcome.Whole;
    }

    /// <summary>
    /// A draft is as it was, or, when its file or the log since was damaged, gone or shorter, and then the report says so.
    /// </summary>
    private async Task RequireDraftAsync(Collection collection, SampleCollection known, bool isLogDamaged, RepairReport report)
    {
        long items = (await collection.Learning.GetDraftStatisticsAsync().ConfigureAwait(false))?.ItemCount ?? 0;
        bool isReported = report.Quarantined.Any(
            item => Path.GetFileName(item.File) == FileName && item.File.Contains(known.Name, StringComparison.Ordinal));
        Require(
            items == known.DraftItems || isReported || isLogDamaged,
            $"{known.Name}: the draft has {items} items, had {known.DraftItems}, and nothing is reported");
        Require(!IsDraft || !isReported || items < known.DraftItems, $"{known.Name}: the draft is reported as lost and has {items} items");
    }

    private void RequireReported(SampleCollection collection, SampleRow[] lostRows, HashSet<SampleFrame> lostFrames, RepairReport report)
    {
        string folder = Path.Combine(DatabaseFolder.CollectionsFolderName, collection.Name) + Path.DirectorySeparatorChar;
        Storage.Damage[] own = [.. report.Quarantined.Where(item => item.File.Contains(folder, StringComparison.Ordinal))];
        long[] rows = [.. own.Where(item => item.Row is not null).Select(item => item.Row!.Value).Order()];
        Require(
            rows.SequenceEqual(lostRows.Select(row => row.Row)),
            $"{collection.Name}: rows {string.Join(", ", lostRows.Select(row => row.Row))} are damaged, rows "
            + $"{string.Join(", ", rows)} are reported");
        foreach (Storage.Damage item in own.Where(item => item.Id is not null))
            Require(
                lostRows.Any(row => row.Row == item.Row && row.Id == item.Id!.Value.Value),
                $"{collection.Name}: the report names id {item.Id} for row {item.Row}");
        Require(
            lostFrames.Count == 0 || own.Any(item => item.File.EndsWith(".wal", StringComparison.Ordinal)),
            $"{collection.Name}: {lostFrames.Count} log frames are damaged and none is reported");
    }

    private async Task<VerificationReport?> TryVerifyAsync(string path)
    {
        try
        {
            return await HashDatabase.VerifyAsync(path).ConfigureAwait(false);
        }
        catch (HashDbException exception)
        {
            RequireNamed(exception);
            return null;
        }
    }

    private static bool Check(
        HashDatabase database, SampleCollection collection, Dictionary<ulong, StoredItem> expected, string? damagedFile)
    {
        var checker = new CollectionChecker(database.GetCollection(collection.Name), expected) { DamagedFile = damagedFile };
        checker.Run(collection.Ids, (SampledBuckets, SampledSearches), new Random(expected.Count));
        return checker.Refused.Count > 0;
    }

    /// <summary>An error must say which file; a gap in the log may be noticed in the segment after it.</summary>
    private void RequireNamed(HashDbException exception) => Require(
        exception.Message.Contains(IsLog ? Path.GetDirectoryName(damage.File)! : damage.File, StringComparison.Ordinal),
        $"the error does not name the file: {exception.Message}");

    private void Require(bool holds, string message) => CheckFailedException.Unless(holds, $"{sample.End} sample, {damage}: {message}");
}
