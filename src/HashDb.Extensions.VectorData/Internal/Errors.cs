using Microsoft.Extensions.VectorData;

namespace HashDb.Extensions.VectorData.Internal;

/// <summary>Makes faults of the database those of the contract.</summary>
internal static class Errors
{
    public const string SystemName = "hashdb";

    public static async Task<T> WrapAsync<T>(string operation, string? collection, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (HashDbException exception)
        {
            throw new VectorStoreException(exception.Message, exception)
            {
                VectorStoreSystemName = SystemName,
                CollectionName = collection,
                OperationName = operation,
            };
        }
    }

    public static Task WrapAsync(string operation, string? collection, Func<Task> call) =>
        WrapAsync(
            operation,
            collection,
            async () =>
            {
                await call().ConfigureAwait(false);
                return true;
            });
}
