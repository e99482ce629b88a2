using HashDb.Models.Files;

namespace HashDb.Models.Tests.Files;

/// <summary>A model of somebody else's: format, every parameter and array type, and faults of such formats.</summary>
public sealed class ModelFormatTests
{
    static ModelFormatTests() => HashModelFormats.Register(new ParityFormat());

    [Fact]
    public void Registered_kind_is_stored_and_restored_with_every_type()
    {
        ParityModel model = new() { Bias = 2.5, Name = "µ", Count = long.MinValue, Flag = true };
        ParityModel loaded = Reload(model).ShouldBeOfType<ParityModel>();
        loaded.Bias.ShouldBe(2.5);
        loaded.Name.ShouldBe("µ");
        loaded.Count.ShouldBe(long.MinValue);
        loaded.Flag.ShouldBeTrue();
        loaded.Singles.ShouldBe(model.Singles);
        loaded.Doubles.ShouldBe(model.Doubles);
        loaded.Integers.ShouldBe(model.Integers);
        loaded.Longs.ShouldBe(model.Longs);
        loaded.Bytes.ShouldBe(model.Bytes);
        HashModelFormats.Kinds.ShouldContain("test-parity");
    }

    [Fact]
    public void Format_that_leaves_an_array_unread_is_reported() =>
        Should.Throw<CorruptDataException>(() => Reload(new ParityModel { Extra = [1f] })).Detail.ShouldContain("have no array 'extra'");

    [Fact]
    public void Array_that_is_not_finite_is_not_written()
    {
        Should.Throw<ArgumentException>(() => HashModelFile.ToBytes(new ParityModel { Singles = [1, float.NaN] }))
            .Message.ShouldContain("Value 1 of array 'f4'");
        Should.Throw<ArgumentException>(() => HashModelFile.ToBytes(new ParityModel { Bias = double.NaN }));
    }

    [Fact]
    public void Parameter_out_of_its_bounds_is_a_damaged_file() =>
        Should.Throw<CorruptDataException>(() => Reload(new ParityModel { Bias = 11 })).Detail.ShouldContain("'bias' is 11, not 0 to 10");

    [Fact]
    public void Kind_that_is_taken_or_ill_formed_is_refused()
    {
        Should.Throw<ArgumentException>(() => HashModelFormats.Register(new ParityFormat())).Message.ShouldContain("test-parity");
        Should.Throw<ArgumentException>(() => HashModelFormats.Register(new ParityFormat { Kind = "Bad kind" }));
        Should.Throw<ArgumentException>(() => HashModelFormats.Register(new ParityFormat { Kind = "lsh" }));
    }

    [Fact]
    public void Model_without_a_format_cannot_be_written() =>
        Should.Throw<HashDbException>(() => HashModelFile.ToBytes(new ParityModel { Kind = "nobodys" }))
            .Code.ShouldBe(HashDbErrorCode.UnknownModelKind);

    private static IHashModel Reload(IHashModel model) => HashModelFile.FromBytes(HashModelFile.ToBytes(model), "parity.hdbm");

    private sealed class ParityFormat : IHashModelFormat
    {
        public string Kind { get; init; } = "test-parity";

        public void Write(IHashModel model, ModelWriter writer)
        {
            ParityModel parity = (ParityModel)model;
            writer.AddParameter("bias", parity.Bias);
            writer.AddParameter("name", parity.Name);
            writer.AddParameter("count", parity.Count);
            writer.AddParameter("flag", parity.Flag);
            writer.AddArray<float>("f4", parity.Singles, 1, 2);
            writer.AddArray<double>("f8", parity.Doubles, 2);
            writer.AddArray<int>("i4", parity.Integers, 2, 1);
            writer.AddArray<long>("i8", parity.Longs, 1);
            writer.AddArray<byte>("u1", parity.Bytes, 3);
            if (parity.Extra.Length > 0)
                writer.AddArray<float>("extra", parity.Extra, parity.Extra.Length);
        }

        public IHashModel Read(ModelReader reader) => new ParityModel
        {
            Bias = reader.GetReal("bias", 0, 10),
            Name = reader.GetText("name"),
            Count = reader.GetInteger("count", long.MinValue, long.MaxValue),
            Flag = reader.GetBoolean("flag"),
            Singles = reader.GetArray<float>("f4", 1, 2),
            Doubles = reader.GetArray<double>("f8", 2),
            Integers = reader.GetArray<int>("i4", 2, 1),
            Longs = reader.GetArray<long>("i8", 1),
            Bytes = reader.GetArray<byte>("u1", 3),
        };
    }

    private sealed class ParityModel : IHashModel
    {
        public string Kind { get; init; } = "test-parity";

        public int Dimensions => 2;

        public int BitCount => 8;

        public int TableCount => 1;

        public Preprocessing Preprocessing => Preprocessing.None;

        public ModelProvenance Provenance => new() { Kind = Kind };

        public double Bias { get; init; } = 1;

        public string Name { get; init; } = "";

        public long Count { get; init; }

        public bool Flag { get; init; }

        public float[] Singles { get; init; } = [1.5f, -2];

        public double[] Doubles { get; init; } = [Math.PI, double.Epsilon];

        public int[] Integers { get; init; } = [int.MinValue, 7];

        public long[] Longs { get; init; } = [long.MaxValue];

        public byte[] Bytes { get; init; } = [0, 128, 255];

        public float[] Extra { get; init; } = [];

        public void Encode(ReadOnlySpan<float> vectors, int count, Span<byte> hashcodes) => hashcodes.Clear();

        public void EncodeWithMargins(ReadOnlySpan<float> vector, Span<byte> hashcodes, Span<float> margins) => hashcodes.Clear();
    }
}
