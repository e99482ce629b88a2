using FsCheck;
using FsCheck.Fluent;
using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

public sealed class DataPropertyTests : IDisposable
{
    private static readonly string[] Types = ["f2", "f4", "f8", "i1", "i2", "i4", "u1"];
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_array_read_in_any_batches_and_ranges_gives_its_numbers()
    {
        Prop.ForAll((int seed) =>
        {
            Random random = new(seed);
            int rowCount = random.Next(1, 40);
            int dimensions = random.Next(1, 9);
            double[] values = [.. Enumerable.Range(0, rowCount * dimensions).Select(_ => (double)random.Next(128))];
            string path = WriteAny(random, rowCount, dimensions, values);
            float[] expected = [.. values.Select(v => (float)v)];
            FeatureFile.ReadAll(path).Values.ToArray().ShouldBe(expected, $"seed {seed}");

            int first = random.Next(rowCount);
            int end = random.Next(first + 1, rowCount + 1);
            FeatureFile.ReadAll(path, new RowRange(first, end)).Values.ToArray()
                .ShouldBe(expected[(first * dimensions)..(end * dimensions)], $"seed {seed}");

            using IFeatureReader reader = FeatureFile.Open(path, new RowRange(first, null));
            long row = first;
            while (reader.Position < reader.RowCount)
            {
                if (random.Next(3) == 0)
                {
                    int skip = random.Next((int)(reader.RowCount - reader.Position) + 1);
                    reader.Skip(skip);
                    row += skip;
                    continue;
                }

                float[] batch = new float[dimensions * random.Next(1, 6)];
                int read = reader.Read(batch);
                batch[..(read * dimensions)].ShouldBe(expected[((int)row * dimensions)..(((int)row + read) * dimensions)], $"seed {seed}");
                row += read;
            }

            row.ShouldBe(rowCount);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Damaged_file_throws_nothing_but_typed_exceptions()
    {
        int accepted = 0;
        int refused = 0;
        for (int seed = 0; seed < 1_000; seed++)
        {
            Random random = new(seed);
            int rowCount = random.Next(1, 6);
            int dimensions = random.Next(1, 4);
            string path = WriteAny(random, rowCount, dimensions, new double[rowCount * dimensions]);
            byte[] bytes = File.ReadAllBytes(path);
            for (int edits = random.Next(1, 4); edits > 0; edits--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            foreach (Action read in (Action[])[() => FeatureFile.ReadAll(path), () => LabelFile.Read(path), () => IdFile.Read(path)])
            {
                try
                {
                    read();
                    accepted++;
                }
                catch (Exception e) when (e is CorruptDataException or NotSupportedException
                    || (e is HashDbException { Code: HashDbErrorCode.LimitExceeded }))
                {
                    refused++;
                }
            }
        }

        accepted.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(100);
    }

    private string WriteAny(Random random, int rowCount, int dimensions, double[] values)
    {
        string type = Types[random.Next(Types.Length)];
        string name;
        byte[] bytes;
        switch (random.Next(3))
        {
            case 0:
                name = "p.npy";
                bytes = DataBytes.Npy(
                    (type.EndsWith('1') ? "|" : "<") + type,
                    $"({rowCount}, {dimensions})",
                    DataBytes.Elements(type, values),
                    random.Next(1, 4));
                break;
            case 1:
                type = type == "f2" ? "f4" : type;
                byte code = type switch
                {
                    "u1" => 8,
                    "i1" => 9,
                    "i2" => 0x0b,
                    "i4" => 0x0c,
                    "f4" => 0x0d,
                    _ => 0x0e,
                };
                name = "p-idx";
                bytes = DataBytes.Idx(code, [(uint)rowCount, (uint)dimensions], DataBytes.Elements(type, values, bigEndian: true));
                break;
            default:
                (name, type) = random.Next(3) switch
                {
                    0 => ("p.fvecs", "f4"),
                    1 => ("p.bvecs", "u1"),
                    _ => ("p.ivecs", "i4"),
                };
                bytes = DataBytes.Vecs(
                    [.. values.Chunk(dimensions).Select(row => DataBytes.VecsRow(dimensions, DataBytes.Elements(type, row)))]);
                break;
        }

        return random.Next(3) == 0 ? _folder.Write(name + ".gz", DataFolder.Gzip(bytes)) : _folder.Write(name, bytes);
    }
}
