// A program against Microsoft.Extensions.VectorData. One line says where the records are; another store of that contract can stand in it.
// dotnet run -c Release --project samples/VectorData [folder]
using HashDb;
using HashDb.Client;
using HashDb.Extensions.VectorData;
using Microsoft.Extensions.VectorData;
using SemanticSearch;
using VectorData;

using var generator = new MiniLmGenerator();

// On a server: HashDbClient.ConnectAsync("hashdb://127.0.0.1:7420").
await using HashDbConnection database = await HashDbClient.OpenAsync(args.Length > 0 ? args[0] : "vectordata.db");
using VectorStore store = new HashDbVectorStore(database, new HashDbVectorStoreOptions { EmbeddingGenerator = generator });
await Shelf.RunAsync(store, Console.Out);
