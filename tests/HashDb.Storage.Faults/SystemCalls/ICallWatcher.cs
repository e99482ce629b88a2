namespace HashDb.Storage.Faults.SystemCalls;

/// <summary>Sees the calls of a watched process one after another, in the order in which they are carried out.</summary>
internal interface ICallWatcher
{
    /// <summary>Decides about a call before it is carried out.</summary>
    CallDecision Decide(FileCall call);

    /// <summary>Sees a call that has been carried out with success, or a mark.</summary>
    void Done(FileCall call);
}
