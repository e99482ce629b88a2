// A probe for given hashcodes on a server: sent in parts that fit a frame, and put together into one flat buffer.
using HashDb.Checks;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed class RemoteHashcodes(int count)
{
    private readonly int[] _offsets = new int[count + 1];
    private VectorId[] _ids = [];
    private int[] _distances = [];
    private SearchStatistics? _statistics;
    private int _hits;

    public static async Task<HashcodeProbeResult> ProbeAsync(
        Requests requests, string collection, ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options,
        CancellationToken cancellationToken)
    {
        var all = new RemoteHashcodes(count);

        // A buffer of another length than it should have goes as it is, for the server to name the right one.
        int codeBytes = count == 0 || hashcodes.Length % count != 0 ? 0 : hashcodes.Length / count;
        int partCodes = codeBytes == 0 ? count : Math.Max(1, RemoteCollection.MaxQueryBytes / codeBytes);
        int first = 0;
        do
        {
            int codes = Math.Min(partCodes, count - first);
            ReadOnlyMemory<byte> part = codes == count ? hashcodes : hashcodes.Slice(first * codeBytes, codes * codeBytes);
            IReadOnlyList<HashcodeHitsAnswer> answers = await requests.SendManyAsync<ProbeHashcodesRequest, HashcodeHitsAnswer>(
                Opcode.ProbeHashcodes, new ProbeHashcodesRequest(collection, part, codes, options), cancellationToken)
                .ConfigureAwait(false);
            // When another generation serves since the part before, all are asked again: one answer is of one.
            if (all.TryAdd(answers, first, codes))
                first += codes;
            else
                (all, first) = (new RemoteHashcodes(count), 0);
        }
        while (first < count);
        return all.ToResult();
    }

    /// <summary>Takes the answer to one part; false when it is of another generation than the parts before.</summary>
    private bool TryAdd(IReadOnlyList<HashcodeHitsAnswer> answers, int first, int count)
    {
        SearchStatistics statistics = answers[^1].Statistics
            ?? throw new ProtocolException("The last part of an answer has no statistics.");
        if (_statistics is not null && _statistics.Generation != statistics.Generation)
            return false;
        long hits = _hits + answers.Sum(static answer => (long)answer.Ids.Length);
        if (hits > StorageLimits.MaxProbeHits)
            throw HashcodeChecks.TooManyHits();
        Array.Resize(ref _ids, (int)hits);
        Array.Resize(ref _distances, (int)hits);
        int done = 0;
        foreach (HashcodeHitsAnswer answer in answers)
        {
            // The last hashcode of one part may go on in the next.
            if (answer.First != done && (answer.First != done - 1 || answer.Counts.IsEmpty))
                throw new ProtocolException($"The answer is about {done} hashcodes; its next part begins with number {answer.First}.");
            done = answer.First + answer.Counts.Length;
            if (done > count)
                throw new ProtocolException($"{count} hashcodes were sent; the answer is about {done}.");
            answer.Distances.CopyTo(_distances.AsMemory(_hits));
            System.Runtime.InteropServices.MemoryMarshal.Cast<ulong, VectorId>(answer.Ids.Span).CopyTo(_ids.AsSpan(_hits));
            int code = first + answer.First;
            foreach (int hitsOfCode in answer.Counts.Span)
            {
                _hits += hitsOfCode;
                _offsets[++code] = _hits;
            }
        }
        if (done != count)
            throw new ProtocolException($"{count} hashcodes were sent; the answer is about {done}.");
        _statistics = _statistics is null ? statistics : SearchStatisticsFields.Sum(_statistics, statistics);
        return true;
    }

    private HashcodeProbeResult ToResult() =>
        new() { Offsets = _offsets, Ids = _ids, Distances = _distances, Statistics = _statistics! };
}
