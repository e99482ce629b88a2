// Probes for many given hashcodes.
using System.Diagnostics;
using HashDb.Checks;
using HashDb.Storage.Index;
using HashDb.Storage.Query;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage;

public sealed partial class Collection
{
    /// <summary>64 hashcodes of one part: a few microseconds of work at least, so that a part is worth a core.</summary>
    private const int MinCodesPerPart = 64;

    /// <summary>Parts of a batch for each core, so that one with more hits than others does not hold up the whole.</summary>
    private const int PartsPerCore = 4;

    /// <inheritdoc/>
    public override Task<HashcodeProbeResult> ProbeHashcodesAsync(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync(() => ProbeHashcodes(hashcodes, count, options, null, cancellationToken), cancellationToken);

    /// <summary>Probes for the first hashcodes, as many as it takes to have enough hits.</summary>
    /// <param name="hashcodes">As for <see cref="ProbeHashcodesAsync"/>.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="options">Radius, filter, strategy.</param>
    /// <param name="enoughHits">No further hashcode is answered with so many hits; at least one is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The hits of as many hashcodes as its offsets say. Computed where it is called.</returns>
    /// <exception cref="ArgumentException">As for <see cref="ProbeHashcodesAsync"/>.</exception>
    public Task<HashcodeProbeResult> ProbeSomeHashcodesAsync(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, int enoughHits, CancellationToken cancellationToken = default) =>
        RunHere(
            () =>
            {
                using StateLease lease = AcquireForHashcodes(hashcodes.Span, count, options);
                return HashcodeProber.Probe(
                    lease.State, hashcodes.Span, options, (ProbeWay)options.Strategy, enoughHits, new HitTotal(), cancellationToken)
                    .ToResult(lease.State.Generation);
            },
            cancellationToken);

    /// <param name="hashcodes">As for <see cref="ProbeHashcodesAsync"/>.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="options">Radius, filter, strategy.</param>
    /// <param name="way">The way that a test wants; null for that of the options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal HashcodeProbeResult ProbeHashcodes(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, ProbeWay? way, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        using StateLease lease = AcquireForHashcodes(hashcodes.Span, count, options);
        CollectionState state = lease.State;
        ProbeWay wanted = way ?? (ProbeWay)options.Strategy;
        var total = new HitTotal();
        int parts = Math.Min(count / MinCodesPerPart, Environment.ProcessorCount == 1 ? 1 : Environment.ProcessorCount * PartsPerCore);
        if (parts <= 1)
        {
            return HashcodeProber.Probe(state, hashcodes.Span, options, wanted, long.MaxValue, total, cancellationToken)
                .ToResult(state.Generation);
        }
        var answers = new HashcodeAnswers[parts];
        int rowBytes = state.Shape.RowBytes;
        RunParallel(
            parts,
            i =>
            {
                int from = (int)((long)count * i / parts), to = (int)((long)count * (i + 1) / parts);
                ReadOnlySpan<byte> part = hashcodes.Span[(from * rowBytes)..(to * rowBytes)];
                answers[i] = HashcodeProber.Probe(state, part, options, wanted, long.MaxValue, total, cancellationToken);
            },
            cancellationToken);
        var all = new HashcodeAnswers(count, total) { CompleteRadius = answers[0].CompleteRadius };
        foreach (HashcodeAnswers part in answers)
            all.Append(part);
        all.Elapsed = Stopwatch.GetElapsedTime(started);
        return all.ToResult(state.Generation);
    }

    private StateLease AcquireForHashcodes(ReadOnlySpan<byte> hashcodes, int count, ProbeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        StateLease lease = _core.Live.Acquire();
        try
        {
            HashcodeProber.CheckModel(lease.State);
            PostingShape shape = lease.State.Shape;
            HashcodeChecks.Check(hashcodes, count, shape.BitCount, shape.TableCount);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
