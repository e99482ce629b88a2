using HashDb.Client;

namespace HashDb.Extensions.VectorData.Tests;

public sealed class EmbeddedVectorStoreTests : VectorStoreContract
{
    protected override Task<HashDbConnection> OpenAsync(string path) => HashDbClient.OpenAsync(path);
}
