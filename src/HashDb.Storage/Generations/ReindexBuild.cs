// A generation under another model over the same record files: only hashcodes and posting tables are new. Rows keep their
// numbers, so a row that dies is dead in both generations at once, and nothing has to be carried over at the switch.
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal sealed class ReindexBuild : GenerationBuild
{
    private readonly SharedFiles<RecordStore> _recordFiles;
    private readonly RowEncoder _encoder;
    private uint _taken;

    /// <param name="core">The collection.</param>
    /// <param name="live">The live state, leased by the caller while this is made.</param>
    /// <param name="model">The model of the new generation.</param>
    /// <param name="known">Codes that the model gave to the same rows before; taken over. Null when there are none.</param>
    /// <param name="points">Fault points.</param>
    /// <param name="monitor">Told of every step.</param>
    /// <param name="options">How fast.</param>
    public ReindexBuild(
        CollectionCore core,
        CollectionState live,
        StoredModel model,
        KnownCodes? known,
        BuildPoints points,
        BuildMonitor monitor,
        GenerationOptions options)
        : base(core, live, model, points, monitor, options)
    {
        _recordFiles = live.RecordFiles.AddUser();
        _encoder = new RowEncoder(core, model.Model, live.Records, Codes, monitor, options.CoresUsed)
        {
            Known = known,
        };
    }

    public override long RowCount => _taken;

    public override long EncodedRows => _encoder.EncodedRows;

    protected override uint TakenRows => _taken;

    protected override RecordStore Records => _recordFiles.Files;

    public override void Dispose()
    {
        // The record files are the live ones: given to the new state, or given back when the build is discarded.
    }

    public override void Discard(bool deleteFolders)
    {
        base.Discard(deleteFolders);
        _recordFiles.RemoveUser();
    }

    protected override void TakeUpTo(uint rowCount, double share, CancellationToken cancellationToken)
    {
        if (rowCount > _taken)
            _encoder.Encode(_taken, rowCount, share, cancellationToken);
        _taken = rowCount;
    }

    protected override void MarkDied(CollectionState live)
    {
    }

    protected override SharedFiles<RecordStore> GiveRecords() => _recordFiles;
}
