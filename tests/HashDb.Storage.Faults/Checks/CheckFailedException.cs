namespace HashDb.Storage.Faults.Checks;

/// <summary>The database is not as it must be. The message says where and how.</summary>
internal sealed class CheckFailedException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new CheckFailedException(message);
    }
}
