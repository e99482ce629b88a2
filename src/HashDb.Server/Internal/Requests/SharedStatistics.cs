// The figures of a collection for those who have subscribed to them. They are computed and encoded once for all that want them within
// the shortest interval, however many subscriptions there are: computing them for each took most of a core with 480 of them.
//
// Subscriptions wake at the same moments, so that those of one connection go out with one write.
// Threading: any thread.
using System.Buffers;
using System.Runtime.CompilerServices;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using MessagePack;

namespace HashDb.Server.Internal.Requests;

internal sealed class SharedStatistics
{
    private const int Age = ProtocolLimits.MinStatisticsIntervalMilliseconds;

    private readonly ConditionalWeakTable<HashDbCollection, Latest> _collections = [];

    private int _computed;

    /// <summary>How often figures were computed.</summary>
    public int Computed => Volatile.Read(ref _computed);

    /// <summary>Milliseconds to wait for the next moment at which subscriptions wake, one interval from now or a little later.</summary>
    public static int DelayOf(int intervalMilliseconds, long now)
    {
        long next = now + intervalMilliseconds;
        return (int)(next - now + (Age - next % Age) % Age);
    }

    /// <summary>The figures, encoded.</summary>
    /// <param name="collection">Whose.</param>
    /// <param name="isFirst">True for a new subscription, which wants to see the writes that it knows of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<EncodedAnswer> GetAsync(HashDbCollection collection, bool isFirst, CancellationToken cancellationToken)
    {
        Latest latest = _collections.GetOrCreateValue(collection);
        if (!isFirst && latest.Answer is { } known && Environment.TickCount64 - latest.Since < Age / 2)
            return known;
        await latest.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!isFirst && latest.Answer is { } made && Environment.TickCount64 - latest.Since < Age / 2)
                return made;
            long since = Environment.TickCount64;
            CollectionStatistics statistics = await collection.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _computed);
            EncodedAnswer answer = Encode(new StatisticsAnswer(statistics));
            (latest.Answer, latest.Since) = (answer, since);
            return answer;
        }
        finally
        {
            latest.Gate.Release();
        }
    }

    private static EncodedAnswer Encode(in StatisticsAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        answer.Write(ref writer);
        writer.Flush();
        return new EncodedAnswer(buffer.WrittenMemory.ToArray());
    }

    private sealed class Latest
    {
        private long _since;
        private EncodedAnswer? _answer;

        public SemaphoreSlim Gate { get; } = new(1);

        public long Since
        {
            get => Volatile.Read(ref _since);
            set => Volatile.Write(ref _since, value);
        }

        public EncodedAnswer? Answer
        {
            get => Volatile.Read(ref _answer);
            set => Volatile.Write(ref _answer, value);
        }
    }
}
