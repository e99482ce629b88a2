namespace HashDb.Cli.Demo;

/// <summary>What a background reader saw.</summary>
/// <param name="Searches">Searches that it made.</param>
/// <param name="Generations">Generations that answered them, in the order in which they appeared.</param>
/// <param name="Errors">Searches that failed or whose answer was not one: not ordered, a picture twice, or one that is not stored.</param>
internal sealed record ReaderFigures(long Searches, IReadOnlyList<long> Generations, long Errors);
