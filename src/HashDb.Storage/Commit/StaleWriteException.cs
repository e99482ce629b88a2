namespace HashDb.Storage.Commit;

/// <summary>What a write was made from is not what is stored any more; whoever made it makes it again.</summary>
internal sealed class StaleWriteException : Exception;
