using HashDb.Serialization;
using HashDb.Storage.Log;
using HashDb.Storage.Records;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

// The checksum of a log frame is put together from those of the vectors in it: it must be the one that replay computes in one piece.
public sealed class FrameChecksumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(64, 100)]
    [InlineData(513, 5)]
    public void Checksums_of_one_pass_are_those_of_each_piece(int dimensions, int count)
    {
        VectorRecord[] records = Samples.Records(5, 1_000, count, dimensions);
        records[0] = new VectorRecord { Id = records[0].Id, Vector = records[0].Vector, Labels = new[] { 1, 2 } };
        StoreFrame frame = StoreFrame.Create(
            LoggedOperation.Insert,
            RecordBatch.Rent(records, dimensions),
            new WriteStamp(Guid.NewGuid(), 3),
            new RowShape(2, dimensions * sizeof(float)));
        new Random(4).NextBytes(frame.Codes);

        uint[] vectors = new uint[count];
        uint body = frame.ComputeChecksums(vectors);

        body.ShouldBe(Checksum.Compute(frame.Body.Span));
        body.ShouldBe(frame.ComputeChecksum());
        for (int i = 0; i < count; i++)
            vectors[i].ShouldBe(RecordStore.ChecksumOf(records[i].Id, frame.VectorAt(i)));
    }
}
