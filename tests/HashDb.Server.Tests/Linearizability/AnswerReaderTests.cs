namespace HashDb.Server.Tests.Linearizability;

public sealed class AnswerReaderTests
{
    private static readonly VectorId Id = new(5);

    [Fact]
    public void A_record_of_one_version_is_a_read_of_it()
    {
        Operation read = AnswerReader.OfRecord(Id, VersionedRecord.Make(Id, 70_000), 1, 2, "get");

        (read.Kind, read.Version, read.Defect).ShouldBe((OperationKind.Read, 70_000, null));
        AnswerReader.OfRecord(Id, null, 1, 2, "get").Version.ShouldBe(0);
    }

    [Fact]
    public void A_record_of_parts_of_two_versions_or_of_another_id_is_torn()
    {
        VectorRecord one = VersionedRecord.Make(Id, 1);
        VectorRecord two = VersionedRecord.Make(Id, 2);
        foreach (VectorRecord torn in new[]
        {
            new VectorRecord { Id = Id, Vector = two.Vector, Labels = one.Labels, Payload = one.Payload },
            new VectorRecord { Id = Id, Vector = one.Vector, Labels = two.Labels, Payload = one.Payload },
            new VectorRecord { Id = Id, Vector = one.Vector, Labels = one.Labels, Payload = two.Payload },
            new VectorRecord { Id = Id, Vector = one.Vector, Labels = one.Labels },
            new VectorRecord { Id = Id, Vector = one.Vector, Payload = one.Payload },
            VersionedRecord.Make(new VectorId(6), 1),
        })
            AnswerReader.OfRecord(Id, torn, 1, 2, "get").Defect.ShouldBe(ViolationKind.Torn);
    }

    [Fact]
    public void A_search_for_a_version_finds_it_or_misses_it()
    {
        Search(new SearchHit(new VectorId(6), 0), new SearchHit(Id, 0)).Kind.ShouldBe(OperationKind.Read);
        Search(new SearchHit(new VectorId(6), 0), new SearchHit(Id, 4)).Kind.ShouldBe(OperationKind.Miss);
        Search().Kind.ShouldBe(OperationKind.Miss);
        Search(new SearchHit(Id, 0), new SearchHit(Id, 4)).Defect.ShouldBe(ViolationKind.Doubled);

        static Operation Search(params SearchHit[] hits) => AnswerReader.OfSearchFor(Id, 3, hits, 1, 2, "search");
    }

    [Fact]
    public void A_probe_for_a_version_says_nothing_when_it_finds_the_id()
    {
        Probe(new ProbeHit(new VectorId(6), 0), new ProbeHit(Id, 0)).ShouldBeNull();
        Probe(new ProbeHit(new VectorId(6), 0)).ShouldNotBeNull().Kind.ShouldBe(OperationKind.Miss);
        Probe(new ProbeHit(Id, 0), new ProbeHit(Id, 0)).ShouldNotBeNull().Defect.ShouldBe(ViolationKind.Doubled);

        static Operation? Probe(params ProbeHit[] hits) => AnswerReader.OfProbeFor(Id, 3, hits, 1, 2, "probe");
    }

    [Fact]
    public void A_search_for_all_reads_every_id()
    {
        SearchHit[] hits = [Hit(5, 30_000), Hit(9, 30_001), Hit(5, 30_002)];

        (VectorId Id, Operation Operation)[] reads =
            [.. AnswerReader.OfSearchForAll([new VectorId(5), new VectorId(7)], hits, 1, 2, "search")];

        reads.Select(read => (read.Id.Value, read.Operation.Version, read.Operation.Defect)).ShouldBe(
            [(5UL, 30_000L, null), (9UL, 30_001L, null), (5UL, 30_002L, (ViolationKind?)ViolationKind.Doubled), (7UL, 0L, null)]);

        static SearchHit Hit(ulong id, long version)
        {
            float[] vector = VersionedRecord.Vector(new VectorId(id), version);
            double sum = vector.Zip(VersionedRecord.ShortVector, (a, b) => (double)(a - b) * (a - b)).Sum();
            return new SearchHit(new VectorId(id), (float)Math.Sqrt(sum));
        }
    }
}
