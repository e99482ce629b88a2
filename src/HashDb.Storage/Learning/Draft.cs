// The model that a collection is learning, beside the one that serves. It is a function of the log: of the learn and discard operations
// since it was begun, in their order, and of the model that was live at the first of them. So replay gives the same bytes.
// Changed by the commit loop (and by replay before it) alone; the lock is for those who look at it meanwhile.
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Log;

namespace HashDb.Storage.Learning;

internal sealed class Draft
{
    private readonly Lock _lock = new();
    private IStreamLearner? _learner;
    private DraftReservoir? _reservoir;
    private long _sequenceNumber;

    /// <summary>True when something was learned since the last discard.</summary>
    public bool Exists
    {
        get
        {
            lock (_lock)
                return _learner is not null;
        }
    }

    /// <summary>Last operation that the draft holds; 0 when there is none. Names the file of its state.</summary>
    public long SequenceNumber
    {
        get
        {
            lock (_lock)
                return _sequenceNumber;
        }
    }

    /// <summary>Classes that have a target.</summary>
    public int ClassCount
    {
        get
        {
            lock (_lock)
                return _learner?.ClassCount ?? 0;
        }
    }

    /// <summary>The draft's preprocessing, or that of the live model, with which it would begin.</summary>
    public Preprocessing PreprocessingFor(IHashModel live)
    {
        lock (_lock)
            return _learner?.Preprocessing ?? live.Preprocessing;
    }

    public bool Knows(int label)
    {
        lock (_lock)
            return _learner?.Knows(label) ?? false;
    }

    /// <summary>Carries out a logged learn or discard operation; learning begins a draft when there is none.</summary>
    /// <param name="live">The model that serves.</param>
    /// <param name="write">The operation.</param>
    /// <param name="items">What to learn, preprocessed as <see cref="PreprocessingFor"/> says; null to have it made from the write.</param>
    /// <param name="sequenceNumber">Of the write's first operation.</param>
    /// <returns>How many items moved a hyperplane.</returns>
    public int Apply(IHashModel live, LogFrame write, StreamBatch? items, long sequenceNumber)
    {
        if (write is not LearnFrame learned)
        {
            Restore(null);
            return 0;
        }
        return Learn(live, learned, items ?? learned.ToBatch(PreprocessingFor(live), live.Dimensions), sequenceNumber);
    }

    private int Learn(IHashModel live, LearnFrame write, StreamBatch items, long sequenceNumber)
    {
        lock (_lock)
        {
            _learner ??= StreamLearning.Begin(live);
            _reservoir ??= new DraftReservoir(live.Dimensions);
            long before = _learner.UpdateCount;
            _learner.Learn(items);
            for (int i = 0; i < write.Count; i++)
            {
                if (write.HasOwnLabelsAt(i))
                    _reservoir.Offer(write.VectorAt(i), items.Labels(i).Span);
            }
            _sequenceNumber = sequenceNumber + write.Count - 1;
            return (int)(_learner.UpdateCount - before);
        }
    }

    /// <summary>Takes the place of what is there; null for nothing.</summary>
    public void Restore(DraftSnapshot? snapshot)
    {
        lock (_lock)
        {
            _learner = snapshot?.State.Resume();
            _reservoir = snapshot?.Reservoir;
            _sequenceNumber = snapshot?.SequenceNumber ?? 0;
        }
    }

    /// <summary>Could the draft go on, and be published, when this model serves? True when there is none.</summary>
    public bool Fits(IHashModel next)
    {
        lock (_lock)
        {
            return _learner is null
                || (next.Dimensions == _learner.Dimensions && next.BitCount == _learner.BitCount && next.TableCount == _learner.TableCount
                    && next.Preprocessing.IsSameAs(_learner.Preprocessing));
        }
    }

    /// <summary>A copy of the draft as it is now; null when there is none.</summary>
    public DraftSnapshot? Snapshot()
    {
        lock (_lock)
            return _learner is null ? null : new DraftSnapshot(_learner.CreateState(), _reservoir!.Copy(), _sequenceNumber);
    }
}
