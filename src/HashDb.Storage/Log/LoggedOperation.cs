namespace HashDb.Storage.Log;

/// <summary>What a logged write does.</summary>
internal enum LoggedOperation : byte
{
    Insert = 1,
    Upsert = 2,
    Delete = 3,
    Learn = 4,
    DiscardDraft = 5,
}
