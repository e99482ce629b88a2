using System.Net;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;
using Microsoft.Extensions.Logging;

namespace HashDb.Server.Tests.Support;

/// <summary>A server in this process on a free port, over a directory that goes away with it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const int Dimensions = 16;
    public const string Collection = "things";

    private readonly DirectoryInfo _directory;

    private TestServer(DirectoryInfo directory, HashDbServer server)
    {
        _directory = directory;
        Server = server;
    }

    public HashDbServer Server { get; }

    public IPEndPoint EndPoint => Server.EndPoint;

    public string DataDirectory => _directory.FullName;

    /// <summary>Starts one; the options say all but the directory and the ports.</summary>
    public static async Task<TestServer> StartAsync(
        Func<HashDbServerOptions, HashDbServerOptions>? configure = null, ILoggerFactory? loggerFactory = null)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hashdb-server-");
        var options = new HashDbServerOptions
        {
            DataDirectory = directory.FullName,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off
        };
        try
        {
            return new TestServer(directory, await HashDbServer.StartAsync(configure?.Invoke(options) ?? options, loggerFactory));
        }
        catch
        {
            directory.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Starts one with a collection in it.</summary>
    public static async Task<TestServer> StartWithCollectionAsync(
        Func<HashDbServerOptions, HashDbServerOptions>? configure = null, ILoggerFactory? loggerFactory = null)
    {
        TestServer server = await StartAsync(configure, loggerFactory);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        (await client.AskAsync(1, Opcode.CreateCollection, CreateRequest())).Header.IsError.ShouldBeFalse();
        return server;
    }

    public static CreateCollectionRequest CreateRequest(string name = Collection)
    {
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 16, Seed = 3, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        return new CreateCollectionRequest(name, DistanceMetric.Euclidean, HashModelFile.ToBytes(model));
    }

    public static float[] Vector(int number)
    {
        var random = new Random(number);
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.NextSingle() - 0.5f;
        return vector;
    }

    public static VectorRecord[] Records(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(
            number => new VectorRecord { Id = new VectorId((ulong)number), Vector = Vector(number) })];

    public static RecordBatch Batch(int first, int count) => RecordBatch.Rent(Records(first, count), Dimensions);

    public static StoreRequest Insert(int first, int count) => new(Collection, Batch(first, count));

    public static SearchRequest Search(int number, SearchOptions? options = null) =>
        new(Collection, new QueryVectors(Vector(number)), options ?? new SearchOptions());

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
