// Decides before anything is logged whether the draft can carry out a learn operation, counting in what earlier requests of the same group
// will have done to it. After the log there is no way back.
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Intake;
using HashDb.Storage.Log;

namespace HashDb.Storage.Learning;

internal sealed class DraftPlan(Draft draft, IHashModel live)
{
    private readonly HashSet<int> _added = [];
    private bool _beginsAnew = !draft.Exists;

    /// <summary>Accepts a request (null) or says why it cannot be carried out.</summary>
    public Exception? Add(WriteRequest request)
    {
        if (request.Write is not LearnFrame learned)
        {
            _beginsAnew = true;
            _added.Clear();
            return null;
        }
        if (_beginsAnew && Unsupported() is { } unsupported)
            return unsupported;
        try
        {
            Preprocessing preprocessing = _beginsAnew ? live.Preprocessing : draft.PreprocessingFor(live);
            if (!preprocessing.IsSameAs(request.Items!.Preprocessing))
                request.Items = learned.ToBatch(preprocessing, live.Dimensions);
        }
        catch (ArgumentException exception)
        {
            // The model was changed since the caller's vectors were checked, and the new one has no code for one of them.
            return exception;
        }
        return TooManyClasses(request.Items);
    }

    private HashDbException? Unsupported()
    {
        try
        {
            StreamLearning.CheckStart(live);
        }
        catch (HashDbException exception)
        {
            return exception;
        }
        long bytes = (long)live.Dimensions * live.BitCount * live.TableCount * DraftFile.BytesPerWeight;
        return bytes <= StorageLimits.MaxDraftBytes
            ? null
            : new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"A draft of {live.TableCount} tables of {live.BitCount} bits of {live.Dimensions} dimensions takes {bytes} "
                + $"bytes; the limit is {StorageLimits.MaxDraftBytes}.");
    }

    private HashDbException? TooManyClasses(StreamBatch items)
    {
        var added = new List<int>();
        for (int i = 0; i < items.Count; i++)
        {
            foreach (int label in items.Labels(i).Span)
            {
                if ((_beginsAnew || !draft.Knows(label)) && _added.Add(label))
                    added.Add(label);
            }
        }
        int known = _beginsAnew ? 0 : draft.ClassCount;
        int limit = StreamLearning.ClassLimit(live);
        if (known + _added.Count <= limit)
            return null;
        _added.ExceptWith(added);
        return new HashDbException(
            HashDbErrorCode.LimitExceeded,
            $"The draft has {known + _added.Count} classes; {added.Count} more would pass the limit of {limit}. Nothing of "
            + "this call was learned.");
    }
}
