namespace HashDb.Storage.Index;

/// <summary>Asked by a build of posting tables every few thousand rows, so that it can be slowed down and watched.</summary>
internal interface IBuildPace
{
    /// <param name="rowsDone">Rows put into a table since the last step.</param>
    /// <param name="cancellationToken">Ends a rest.</param>
    void Step(long rowsDone, CancellationToken cancellationToken);
}
