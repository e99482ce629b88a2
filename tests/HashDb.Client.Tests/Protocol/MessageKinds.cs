// Every message of the protocol with a way to make random ones. A message that is added must be added here; a test compares
// this list with the types that there are.
using HashDb.Models;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Tests.Protocol;

internal static class MessageKinds
{
    public static readonly IReadOnlyList<IMessageKind> All =
    [
        new MessageKind<EmptyMessage>(Opcode.Ping, FrameFlags.None, _ => default),
        new MessageKind<HelloRequest>(Opcode.Hello, FrameFlags.None, random => new HelloRequest(
            random.Next(4), random.Next(9), (ProtocolFeatures)random.Next(8), Text(random), random.Next(2) == 0 ? null : Text(random))),
        new MessageKind<HelloAnswer>(Opcode.Hello, FrameFlags.Answer, random => new HelloAnswer(
            random.Next(9), (ProtocolFeatures)random.Next(8), Text(random), random.Next(1 << 20, int.MaxValue), random.Next(
                1, ProtocolLimits.MaxMaxInFlight))),
        new MessageKind<CollectionRequest>(Opcode.DescribeCollection, FrameFlags.None, random => new CollectionRequest(Text(random))),
        new MessageKind<CreateCollectionRequest>(Opcode.CreateCollection, FrameFlags.None, random => new CreateCollectionRequest(
            Text(random), (DistanceMetric)random.Next(3), Bytes(random, 300), random.Next(), (KeyKind)random.Next(3))),
        new MessageKind<BackupRequest>(Opcode.Backup, FrameFlags.None, random => new BackupRequest(Text(random))),
        new MessageKind<StoreRequest>(Opcode.Insert, FrameFlags.None, random => new StoreRequest(
            Text(random), Batch(random), Stamp(random))),
        new MessageKind<DeleteRequest>(Opcode.Delete, FrameFlags.None, random => new DeleteRequest(
            Text(random), Ids(random), Stamp(random))),
        new MessageKind<GetRequest>(Opcode.Get, FrameFlags.None, random => new GetRequest(Text(random), Ids(random))),
        new MessageKind<ProbeRequest>(Opcode.Probe, FrameFlags.None, random => new ProbeRequest(
            Text(random),
            new QueryVectors(Floats(random, random.Next(40))),
            new ProbeOptions { Radius = random.Next(-3, 600), Strategy = (ProbeStrategy)random.Next(4) })),
        new MessageKind<ProbeHashcodesRequest>(Opcode.ProbeHashcodes, FrameFlags.None, random => new ProbeHashcodesRequest(
            Text(random),
            Bytes(random, 200),
            random.Next(-3, 100_000),
            new ProbeOptions { Radius = random.Next(-3, 600), Strategy = (ProbeStrategy)random.Next(4), Filter = Condition(random) })),
        new MessageKind<SearchRequest>(
            Opcode.Search,
            FrameFlags.None,
            random => new SearchRequest(Text(random), new QueryVectors(Floats(random, random.Next(40))), new SearchOptions
        {
            Top = random.Next(-1, 100),
            Radius = random.Next(2) == 0 ? null : random.Next(),
            CandidateLimit = random.Next(2) == 0 ? null : random.Next(),
            Strategy = (ProbeStrategy)random.Next(4),
            TargetRecall = random.Next(2) == 0 ? null : random.NextDouble(),
            Filter = Condition(random),
            MaxDistance = random.Next(2) == 0 ? null : random.NextSingle(),
            // Never 0, so that a message has all its fields.
            Skip = random.Next(1, 100),
            Include = (RecordParts)random.Next(8),
            IncludeFields = random.Next(2) == 0 ? null : ["title"],
        })),
        new MessageKind<LargestBucketsRequest>(
            Opcode.GetLargestBuckets, FrameFlags.None, random => new LargestBucketsRequest(Text(random), random.Next(-5, 100))),
        new MessageKind<NextSequenceNumberRequest>(
            Opcode.GetNextSequenceNumber, FrameFlags.None, random => new NextSequenceNumberRequest(Text(random), Id(random))),
        new MessageKind<RegisterRequest>(
            Opcode.Register, FrameFlags.None, random => new RegisterRequest(Text(random), Id(random))),
        new MessageKind<RegistrationAnswer>(Opcode.Register, FrameFlags.Answer, random => new RegistrationAnswer(
            random.NextInt64(), random.NextInt64(1, long.MaxValue), random.Next(2) == 0)),
        new MessageKind<SubscribeStatisticsRequest>(Opcode.SubscribeStatistics, FrameFlags.None, random => new SubscribeStatisticsRequest(
            Text(random), random.Next(ProtocolLimits.MinStatisticsIntervalMilliseconds, ProtocolLimits.MaxStatisticsIntervalMilliseconds))),
        new MessageKind<NamesAnswer>(Opcode.ListCollections, FrameFlags.Answer, random => new NamesAnswer(Many(random, 20, Text))),
        new MessageKind<DescriptionAnswer>(
            Opcode.DescribeCollection, FrameFlags.Answer, random => new DescriptionAnswer(new CollectionDescription(
            Text(random), random.Next(), (DistanceMetric)random.Next(3), Text(random), random.Next(), random.Next(), Fingerprint(random))
            {
                Keys = (KeyKind)random.Next(3),
            })),
        new MessageKind<CountAnswer>(Opcode.Upsert, FrameFlags.Answer, random => new CountAnswer(random.NextInt64())),
        new MessageKind<RecordsAnswer>(Opcode.Get, FrameFlags.Answer | FrameFlags.More, random => new RecordsAnswer(
            [.. Records(random).Select(record => random.Next(3) == 0 ? null : record)])),
        new MessageKind<HitsAnswer<SearchHit, SearchHitCodec>>(Opcode.Search, FrameFlags.Answer, SearchHits),
        new MessageKind<HitsAnswer<ProbeHit, ProbeHitCodec>>(Opcode.Probe, FrameFlags.Answer | FrameFlags.More, ProbeHits),
        new MessageKind<HitsBatchAnswer<SearchHit, SearchHitCodec>>(
            Opcode.SearchBatch, FrameFlags.Answer, random => new(Many(random, 6, SearchHits))),
        new MessageKind<HitsBatchAnswer<ProbeHit, ProbeHitCodec>>(
            Opcode.ProbeBatch, FrameFlags.Answer, random => new(Many(random, 6, ProbeHits))),
        new MessageKind<HashcodeHitsAnswer>(Opcode.ProbeHashcodes, FrameFlags.Answer | FrameFlags.More, HashcodeHits),
        new MessageKind<BucketsAnswer>(Opcode.GetLargestBuckets, FrameFlags.Answer, random => new BucketsAnswer(Many(random, 6, Bucket))),
        new MessageKind<CompactionAnswer>(Opcode.Compact, FrameFlags.Answer, random => new CompactionAnswer(
            new CompactionReport(random.NextInt64(), random.NextInt64(), random.NextInt64(), random.NextInt64()))),
        new MessageKind<LearnRequest>(Opcode.Learn, FrameFlags.None, random => new LearnRequest(
            Text(random), Labelled(random), Stamp(random))),
        new MessageKind<LearnAnswer>(
            Opcode.Learn, FrameFlags.Answer, random => new LearnAnswer(new LearnReport(random.Next(), random.Next()))),
        new MessageKind<DiscardDraftRequest>(Opcode.DiscardDraft, FrameFlags.None, random => new DiscardDraftRequest(
            Text(random), Stamp(random))),
        new MessageKind<DraftAnswer>(Opcode.DescribeDraft, FrameFlags.Answer, Draft),
        new MessageKind<ListRequest>(Opcode.List, FrameFlags.None, random => new ListRequest(Text(random), Listing(random))),
        new MessageKind<FilterRequest>(Opcode.Count, FrameFlags.None, random => new FilterRequest(Text(random), Condition(random))),
        new MessageKind<UpdateFieldsRequest>(Opcode.UpdateFields, FrameFlags.None, random => new UpdateFieldsRequest(
            Text(random), Id64(random), new RecordFields { ["a"] = random.Next(), ["b"] = "x" }.Encode())),
        new MessageKind<IndexRequest>(
            Opcode.CreateIndex, FrameFlags.None, random => new IndexRequest(Text(random), Text(random))),
        new MessageKind<IndexesAnswer>(Opcode.ListIndexes, FrameFlags.Answer, random => new IndexesAnswer(
            Many(random, 5, one => new IndexStatistics(Text(one), one.NextInt64(), one.NextInt64())))),
        new MessageKind<ReindexRequest>(
            Opcode.Reindex, FrameFlags.None, random => new ReindexRequest(Text(random), Bytes(random, 300), BuildOptions(random))),
        new MessageKind<PublishRequest>(Opcode.Publish, FrameFlags.None, random => new PublishRequest(Text(random), BuildOptions(random))),
        new MessageKind<GenerationProgressAnswer>(
            Opcode.Reindex, FrameFlags.Answer | FrameFlags.More, random => new GenerationProgressAnswer(Progress(random))),
        new MessageKind<GenerationAnswer>(Opcode.Reindex, FrameFlags.Answer, random => new GenerationAnswer(new GenerationReport(
            random.NextInt64(),
            Fingerprint(random),
            random.NextInt64(),
            random.NextInt64(),
            TimeSpan.FromTicks(random.NextInt64()),
            TimeSpan.FromTicks(random.NextInt64())))),
        new MessageKind<StatisticsAnswer>(Opcode.GetStatistics, FrameFlags.Answer, Figures),
        new MessageKind<ErrorMessage>(Opcode.Insert, FrameFlags.Answer | FrameFlags.Error, random => new ErrorMessage(
            (HashDbErrorCode)random.Next(30),
            Text(random),
            random.Next(2) == 0,
            (ErrorKind)random.Next(7),
            random.Next(2) == 0 ? null : Text(random),
            random.Next(2) == 0 ? null : Text(random),
            random.Next(2) == 0 ? null : Text(random),
            random.Next(2) == 0 ? null : random.NextInt64())),
    ];

    private static T[] Many<T>(Random random, int max, Func<Random, T> make)
    {
        var items = new T[random.Next(max)];
        for (int i = 0; i < items.Length; i++)
            items[i] = make(random);
        return items;
    }

    private static string Text(Random random) =>
        random.Next(3) switch
        {
            0 => "items",
            1 => string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(32, 0x2000))),
            _ => new string('x', random.Next(250)),
        } is var text && System.Text.Encoding.UTF8.GetByteCount(text) <= ProtocolLimits.MaxPeerNameBytes ? text : "long";

    private static byte[] Bytes(Random random, int max)
    {
        byte[] bytes = new byte[random.Next(max)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static float[] Floats(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => BitConverter.Int32BitsToSingle(random.Next()))];

    private static VectorId Id64(Random random) => new((ulong)random.NextInt64() << 1);

    private static VectorId[] Ids(Random random) => Many(random, 40, Id64);

    // With a floor always, so that a message has all its fields; without one it is an example of the document.
    private static WriteStamp Stamp(Random random) => new(Id(random), random.NextInt64(), random.NextInt64(1, long.MaxValue));

    private static Guid Id(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static RecordBatch Batch(Random random)
    {
        VectorRecord[] records = Records(random);
        return RecordBatch.Rent(records, records.Length == 0 ? 0 : records[0].Vector.Length);
    }

    private static VectorRecord[] Records(Random random)
    {
        int dimensions = random.Next(12);
        bool hasLabels = random.Next(2) == 0;
        bool hasPayloads = random.Next(2) == 0;
        return Many(random, 30, _ => new VectorRecord
        {
            Id = Id64(random),
            Vector = Floats(random, dimensions),
            Labels = hasLabels ? Many(random, 4, one => one.Next(int.MinValue, int.MaxValue)) : default,
            Payload = hasPayloads ? Bytes(random, 20) : default,
        });
    }

    private static LabelledVector[] Labelled(Random random)
    {
        int dimensions = random.Next(1, 12);
        return Many(random, 30, one => one.Next(2) == 0
            ? new LabelledVector
            {
                Vector = Floats(one, dimensions),
                Labels = Many(
                one, 4, label => label.Next(int.MinValue, int.MaxValue))
            }
            : new LabelledVector { Vector = Floats(one, dimensions), Neighbours = Many(one, 4, Id64) });
    }

    private static DraftAnswer Draft(Random random) => new(random.Next(4) == 0 ? null : new DraftStatistics
    {
        ItemCount = random.NextInt64(),
        MovedCount = random.NextInt64(),
        ClassCount = random.Next(),
        BaseFingerprint = Fingerprint(random),
        Fingerprint = Fingerprint(random),
        SampledRows = random.Next(),
        Drift = random.NextDouble(),
        MeanChangedBits = random.NextDouble(),
        ReservoirCount = random.Next(),
        QualityRadius = random.Next(),
        Quality = random.Next(2) == 0
            ? null
            : new DraftQuality(random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble()),
    });

    private static ModelFingerprint Fingerprint(Random random)
    {
        byte[] digest = new byte[ModelFingerprint.ByteCount];
        random.NextBytes(digest);
        return new ModelFingerprint(digest);
    }

    private static HitsAnswer<SearchHit, SearchHitCodec> SearchHits(Random random)
    {
        VectorRecord[] records = random.Next(2) == 0 ? Records(random) : [];
        SearchHit[] hits = records.Length > 0
            ? [.. records.Select(record => new SearchHit(record.Id, BitConverter.Int32BitsToSingle(random.Next())) { Record = record })]
            : Many(random, 600, one => new SearchHit(Id64(one), BitConverter.Int32BitsToSingle(one.Next())));
        return new(hits, 0, hits.Length, random.Next(3) == 0 ? null : Statistics(random));
    }

    private static HitsAnswer<ProbeHit, ProbeHitCodec> ProbeHits(Random random)
    {
        ProbeHit[] hits = Many(random, 600, one => new ProbeHit(Id64(one), one.Next(512)));
        return new(hits, 0, hits.Length, random.Next(3) == 0 ? null : Statistics(random));
    }

    private static HashcodeHitsAnswer HashcodeHits(Random random)
    {
        int[] counts = Many(random, 20, one => one.Next(30));
        ulong[] ids = [.. Enumerable.Range(0, counts.Sum()).Select(_ => Id64(random).Value)];
        int[] distances = [.. ids.Select(_ => random.Next(512))];
        return new HashcodeHitsAnswer(
            random.Next(StorageLimits.MaxQueryBatch), counts, ids, distances, random.Next(3) == 0 ? null : Statistics(random));
    }

    private static SearchStatistics Statistics(Random random) => new()
    {
        CompleteRadius = random.Next(-1, 512),
        Strategy = (ProbeStrategy)random.Next(3),
        Probes = random.NextInt64(),
        Buckets = random.Next(),
        Candidates = random.Next(),
        Reranked = random.Next(),
        Generation = random.NextInt64(),
        Elapsed = TimeSpan.FromTicks(random.NextInt64()),
        Plan = (SearchPlan)random.Next(Enum.GetValues<SearchPlan>().Length),
        Estimated = random.NextInt64(),
        ExpectedRecall = random.Next(2) == 0 ? null : random.NextDouble(),
        IsExact = random.Next(2) == 0,
        Filtered = random.NextInt64(),
        Indexes = random.Next(3) == 0 ? null : Many(random, 3, Text),
    };

    private static Filter? Condition(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => Filter.Field("year") >= random.Next(),
        2 => Filter.Field("a b").In("x", random.NextDouble()) | !Filter.Field("tags").Contains("sea"),
        _ => Filter.Parse("exists(x) && $key == 4"),
    };

    private static ListOptions Listing(Random random) => new()
    {
        Filter = Condition(random),
        After = random.Next(2) == 0 ? (VectorId?)null : Id64(random),
        Limit = random.Next(),
        Skip = random.Next(),
        OrderBy = random.Next(2) == 0 ? null : "year",
        IsDescending = random.Next(2) == 0,
        Include = (RecordParts)random.Next(8),
        IncludeFields = random.Next(2) == 0 ? null : ["title", "year"],
    };

    private static GenerationOptions BuildOptions(Random random) => new()
    {
        KeepPrevious = random.Next(2) == 0,
        BusyShare = random.NextDouble(),
        Cores = random.Next(2) == 0 ? null : random.Next(),
        Sketches = random.Next(3) switch { 0 => null, 1 => true, _ => false },
    };

    private static GenerationProgress Progress(Random random) =>
        new((GenerationPhase)random.Next(Enum.GetValues<GenerationPhase>().Length), random.NextInt64(), random.NextInt64());

    private static BucketStatistics Bucket(Random random)
    {
        byte[] code = new byte[random.Next(1, 65)];
        random.NextBytes(code);
        return new BucketStatistics(random.Next(64), Hashcode.FromBytes(code, code.Length * 8), random.NextInt64());
    }

    private static StatisticsAnswer Figures(Random random) => new(new CollectionStatistics
    {
        Name = Text(random),
        Dimensions = random.Next(),
        Metric = (DistanceMetric)random.Next(3),
        ModelKind = Text(random),
        ModelFingerprint = Fingerprint(random),
        BitCount = random.Next(),
        TableCount = random.Next(),
        Generation = random.NextInt64(),
        Count = random.NextInt64(),
        DeadRows = random.NextInt64(),
        DistinctHashcodes = random.NextInt64(),
        LastSequenceNumber = random.NextInt64(),
        DurableSequenceNumber = random.NextInt64(),
        CheckpointSequenceNumber = random.NextInt64(),
        LogBytes = random.NextInt64(),
        DiskBytes = random.NextInt64(),
        PostingMemoryBytes = random.NextInt64(),
        CompactionAdvised = random.Next(2) == 0,
        PreviousGeneration = random.Next(2) == 0
            ? null
            : new PreviousGeneration(random.NextInt64(), Fingerprint(random), random.Next(), random.Next()),
        Building = random.Next(2) == 0 ? null : Progress(random),
        SketchBytes = random.NextInt64(),
    });
}
