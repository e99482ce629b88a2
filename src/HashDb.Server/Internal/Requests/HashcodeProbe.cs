// A probe for many given hashcodes, computed and answered piece by piece: a piece is as many hashcodes as about fill a frame with hits, or
// take a millisecond. So it takes no more memory than two pieces, and takes turns with the reads of other connections.
//
// Invariants: what a piece holds was counted before it is kept (ServerRequest.ComputeAsync), and is taken off when the piece after it has
// begun to be sent.
using System.Diagnostics;
using System.Runtime.InteropServices;
using HashDb.Checks;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;
using HashDb.Telemetry;

namespace HashDb.Server.Internal.Requests;

internal static class HashcodeProbe
{
    /// <summary>An id and a distance, in memory and in a frame.</summary>
    private const int HitBytes = sizeof(ulong) + sizeof(int);

    /// <summary>Hits of one frame.</summary>
    private const int MaxPartHits = ProtocolLimits.AnswerFrameBytes / HitBytes;

    /// <summary>16,384 hashcodes of a piece, however few hits they have.</summary>
    private const int MaxPieceCodes = 16_384;

    /// <summary>16 hashcodes to begin with: it is not known yet what one takes.</summary>
    private const int FirstPieceCodes = 16;

    /// <summary>1 ms of work in one turn: about one search, as for the others in line.</summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(1);

    public static async ValueTask RunAsync(ServerRequest request, ProbeHashcodesRequest message)
    {
        _ = request.Open(message.Collection);
        Collection collection = request.Server.Database.GetCollection(message.Collection);
        // All are checked before the first piece, so that an error names what the client sent. None at all asks whether there can be any.
        await collection.ProbeSomeHashcodesAsync(default, 0, message.Options, 1, request.CancellationToken).ConfigureAwait(false);
        CollectionDescription description = await collection.DescribeAsync(request.CancellationToken).ConfigureAwait(false);
        HashcodeChecks.Check(message.Hashcodes.Span, message.Count, description.BitCount, description.TableCount);
        await request.SendAllAsync(AnswerAsync(request, collection, message)).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<HashcodeHitsAnswer> AnswerAsync(
        ServerRequest request, Collection collection, ProbeHashcodesRequest message)
    {
        int codeBytes = message.Count == 0 ? 0 : message.Hashcodes.Length / message.Count;
        int pieceCodes = FirstPieceCodes;
        long sending = 0;
        long hits = 0;
        SearchStatistics? statistics = null;
        for (int first = 0; ;)
        {
            await request.TakeTurnAsync().ConfigureAwait(false);
            long started = Stopwatch.GetTimestamp();
            int codes = Math.Min(pieceCodes, message.Count - first);
            ReadOnlyMemory<byte> hashcodes = message.Hashcodes.Slice(first * codeBytes, codes * codeBytes);
            HashcodeProbeResult piece = await request.ComputeAsync(
                () => collection.ProbeSomeHashcodesAsync(hashcodes, codes, message.Options, MaxPartHits, request.CancellationToken),
                BytesOf).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(started) < TurnTime)
                pieceCodes = Math.Min(2 * pieceCodes, MaxPieceCodes);
            else
                pieceCodes = Math.Max(pieceCodes / 2, 1);
            if (statistics is not null && statistics.Generation != piece.Statistics.Generation)
                throw Overload.OfSwitch();
            hits += piece.Ids.Length;
            if (hits > StorageLimits.MaxProbeHits)
                throw HashcodeChecks.TooManyHits();
            statistics = statistics is null ? piece.Statistics : SearchStatisticsFields.Sum(statistics, piece.Statistics);
            int answered = piece.Offsets.Length - 1;
            bool isLast = first + answered == message.Count;
            if (isLast)
                QueryMetrics.Record(message.Collection, statistics);
            foreach (HashcodeHitsAnswer part in Parts(piece, first, isLast ? statistics : null))
            {
                yield return part;

                // Whoever asks for more has sent what came before.
                request.Release(sending);
                sending = 0;
            }

            if (isLast)
                yield break;
            sending = BytesOf(piece);
            first += answered;
        }
    }

    private static long BytesOf(HashcodeProbeResult piece) =>
        ((long)piece.Ids.Length * HitBytes) + ((long)piece.Offsets.Length * sizeof(int));

    /// <summary>Cuts the hits of a piece into messages of one frame; the hits of one hashcode may go on in the next.</summary>
    private static IEnumerable<HashcodeHitsAnswer> Parts(HashcodeProbeResult piece, int first, SearchStatistics? statistics)
    {
        int count = piece.Offsets.Length - 1;
        for (int code = 0, hit = 0; ;)
        {
            int from = hit;
            int firstCode = code;
            var counts = new List<int>();
            for (; code < count; code++)
            {
                int end = Math.Min(piece.Offsets.Span[code + 1], from + MaxPartHits);
                counts.Add(end - hit);
                hit = end;
                if (end < piece.Offsets.Span[code + 1])
                    break;
            }
            ReadOnlyMemory<ulong> ids = MemoryMarshal.Cast<VectorId, ulong>(piece.Ids.Span[from..hit]).ToArray();
            yield return new HashcodeHitsAnswer(
                first + firstCode, counts.ToArray(), ids, piece.Distances[from..hit], code == count ? statistics : null);
            if (code == count)
                yield break;
        }
    }
}
