// The peers of benchmarks/peers that are called from .NET: HashDb itself, and USearch's native library.
// Its README says what is spoken over standard input and output.
using HashDb.Peers;

if (args.Length < 7)
{
    Console.Error.WriteLine("usage: BASE QUERIES DIMENSIONS euclidean|cosine TOP INDEX hashdb | usearch f32|f16|i8");
    return 2;
}
PeerData data = PeerData.Open(args);
switch (args[6..])
{
    case ["hashdb"]:
        await using (HashDbPeer hashDb = await HashDbPeer.BuildAsync(data))
            PeerLoop.Serve(hashDb, data);
        break;
    case ["usearch", string scalar]:
        using (USearchPeer peer = USearchPeer.Build(data, scalar))
            PeerLoop.Serve(peer, data);
        break;
    default:
        Console.Error.WriteLine($"There is no peer '{string.Join(' ', args[6..])}'.");
        return 2;
}
return 0;
