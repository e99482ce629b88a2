// What every kind of model promises. A model's test class derives from this one and gets these tests.
using HashDb.Models.Encoding;
using HashDb.Models.Files;
using HashDb.Models.Numerics;

namespace HashDb.Models.Tests;

public abstract class HashModelContract
{
    // Enough rows for several panels and for a batch that runs on several threads, and no multiple of eight.
    private const int BatchRows = 1_501;

    /// <summary>The model under test; small, and the same for every test of a class.</summary>
    protected abstract IHashModel Model { get; }

    /// <summary>Raw vectors that the model can encode, row-major.</summary>
    protected virtual float[] Vectors(int count) => TestData.Normal(count, Model.Dimensions, 99);

    private int CodeBytes => Model.TableCount * ((Model.BitCount + 7) / 8);

    [Fact]
    public void Encode_gives_a_batch_what_it_gives_each_vector_alone()
    {
        float[] vectors = Vectors(BatchRows);
        byte[] batch = Encode(Model, vectors, BatchRows);
        for (int i = 0; i < BatchRows; i += 7)
        {
            byte[] single = Encode(Model, vectors.AsSpan(i * Model.Dimensions, Model.Dimensions), 1);
            single.ShouldBe(batch[(i * CodeBytes)..((i + 1) * CodeBytes)], $"row {i}");
        }

        foreach (int size in (int[])[2, 8, 9, 63, 65])
        {
            int first = 40;
            Encode(Model, vectors.AsSpan(first * Model.Dimensions, size * Model.Dimensions), size)
                .ShouldBe(batch[(first * CodeBytes)..((first + size) * CodeBytes)], $"batch of {size}");
        }
    }

    [Fact]
    public void Encode_gives_the_same_codes_at_every_register_width()
    {
        float[] vectors = Vectors(100);
        byte[] expected = Encode(Model, vectors, 100);
        byte[] file = HashModelFile.ToBytes(Model);
        try
        {
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                PackedProjection.WidthOverride.Value = width;
                IHashModel model = HashModelFile.FromBytes(file, "contract.hdbm");
                Encode(model, vectors, 100).ShouldBe(expected, $"width {width}");
                Encode(model, vectors.AsSpan(0, Model.Dimensions), 1).ShouldBe(expected[..CodeBytes], $"width {width}, one vector");
            }
        }
        finally
        {
            PackedProjection.WidthOverride.Value = null;
        }
    }

    [Fact]
    public void Margins_have_the_signs_of_the_bits()
    {
        const int Rows = 50;
        float[] vectors = Vectors(Rows);
        byte[] expected = Encode(Model, vectors, Rows);
        byte[] codes = new byte[CodeBytes];
        float[] margins = new float[Model.TableCount * Model.BitCount];
        for (int i = 0; i < Rows; i++)
        {
            Model.EncodeWithMargins(vectors.AsSpan(i * Model.Dimensions, Model.Dimensions), codes, margins);
            codes.ShouldBe(expected[(i * CodeBytes)..((i + 1) * CodeBytes)], $"row {i}");
            for (int table = 0; table < Model.TableCount; table++)
            {
                ReadOnlySpan<byte> code = codes.AsSpan(table * CodeBytes / Model.TableCount);
                for (int bit = 0; bit < Model.BitCount; bit++)
                {
                    float margin = margins[(table * Model.BitCount) + bit];
                    if (margin != 0)
                        HashcodeMath.IsBitSet(code, bit).ShouldBe(margin > 0, $"row {i}, table {table}, bit {bit}, margin {margin}");
                }
            }
        }
    }

    [Fact]
    public void Bits_above_the_bit_count_are_zero_and_codes_differ_between_vectors()
    {
        byte[] codes = Encode(Model, Vectors(BatchRows), BatchRows);
        int byteCount = CodeBytes / Model.TableCount;
        HashSet<Hashcode> distinct = [];
        for (int i = 0; i < codes.Length; i += byteCount)
            distinct.Add(Hashcode.FromBytes(codes.AsSpan(i, byteCount), Model.BitCount));
        distinct.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Encode_leaves_its_input_alone_and_takes_no_rows()
    {
        float[] vectors = Vectors(20);
        float[] copy = [.. vectors];
        Encode(Model, vectors, 20);
        vectors.ShouldBe(copy);
        Model.Encode([], 0, []);
    }

    [Fact]
    public void Saved_model_has_the_same_codes_margins_and_fingerprint()
    {
        byte[] file = HashModelFile.ToBytes(Model);
        IHashModel loaded = HashModelFile.FromBytes(file, "contract.hdbm");
        loaded.GetType().ShouldBe(Model.GetType());
        loaded.Kind.ShouldBe(Model.Kind);
        loaded.Dimensions.ShouldBe(Model.Dimensions);
        loaded.BitCount.ShouldBe(Model.BitCount);
        loaded.TableCount.ShouldBe(Model.TableCount);
        loaded.Provenance.ShouldBe(Model.Provenance);
        loaded.Provenance.Kind.ShouldBe(Model.Kind);
        HashModelFile.ToBytes(loaded).ShouldBe(file);
        HashModelFile.Fingerprint(loaded).ShouldBe(HashModelFile.Fingerprint(Model));
        float[] vectors = Vectors(BatchRows);
        Encode(loaded, vectors, BatchRows).ShouldBe(Encode(Model, vectors, BatchRows));
        Margins(loaded, vectors.AsSpan(0, Model.Dimensions)).ShouldBe(Margins(Model, vectors.AsSpan(0, Model.Dimensions)));
    }

    [Fact]
    public void Damaged_file_is_a_typed_error()
    {
        byte[] file = HashModelFile.ToBytes(Model);
        int step = Math.Max(1, file.Length / 200);
        for (int i = 0; i < file.Length; i += step)
        {
            Should.Throw<CorruptDataException>(() => HashModelFile.FromBytes(file.AsMemory(0, i), "contract.hdbm"), $"cut to {i} bytes");
            file[i] ^= 0x10;
            Should.Throw<HashDbException>(() => HashModelFile.FromBytes(file, "contract.hdbm"), $"byte {i} flipped");
            file[i] ^= 0x10;
        }
    }

    [Fact]
    public void Encode_is_safe_on_many_threads()
    {
        const int Rows = 200;
        float[] vectors = Vectors(Rows);
        byte[] expected = Encode(Model, vectors, Rows);
        Parallel.For(0, 8 * Rows, new ParallelOptions { MaxDegreeOfParallelism = 8 }, task =>
        {
            int i = task % Rows;
            Encode(Model, vectors.AsSpan(i * Model.Dimensions, Model.Dimensions), 1)
                .ShouldBe(expected[(i * CodeBytes)..((i + 1) * CodeBytes)]);
        });
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Value_that_is_not_finite_is_refused_with_the_first_such_row(float value)
    {
        float[] vectors = Vectors(BatchRows);
        foreach (int row in (int[])[1_234, 777])
        {
            vectors[((row + 1) * Model.Dimensions) - 1] = value;
            ArgumentException error = Should.Throw<ArgumentException>(() => Encode(Model, vectors, BatchRows));
            error.Message.ShouldContain($"Row {row} is not finite");
        }

        Should.Throw<ArgumentException>(() => Margins(Model, vectors.AsSpan(777 * Model.Dimensions, Model.Dimensions)));
    }

    [Fact]
    public void Vector_without_direction_is_refused_exactly_when_the_model_scales()
    {
        float[] vectors = Vectors(3);
        Span<float> last = vectors.AsSpan(2 * Model.Dimensions);
        last.Clear();
        if (Model.Preprocessing.Order == PreprocessingOrder.CenterThenUnit)
            Model.Preprocessing.Mean.Span.CopyTo(last);
        if (Preprocessing.Scales(Model.Preprocessing.Order))
            Should.Throw<ArgumentException>(() => Encode(Model, vectors, 3)).Message.ShouldContain("Row 2 has no direction");
        else
            Encode(Model, vectors, 3).Length.ShouldBe(3 * CodeBytes);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        float[] vectors = Vectors(2);
        Should.Throw<ArgumentException>(() => Model.Encode(vectors, 1, new byte[CodeBytes]));
        Should.Throw<ArgumentException>(() => Model.Encode(vectors, 2, new byte[CodeBytes]));
        Should.Throw<ArgumentException>(() => Model.Encode(vectors, -1, []));
        float[] margins = new float[Model.TableCount * Model.BitCount];
        Should.Throw<ArgumentException>(() => Model.EncodeWithMargins(vectors, new byte[CodeBytes], margins));
        Should.Throw<ArgumentException>(() => Model.EncodeWithMargins(vectors.AsSpan(0, Model.Dimensions), [], margins));
        Should.Throw<ArgumentException>(
            () => Model.EncodeWithMargins(vectors.AsSpan(0, Model.Dimensions), new byte[CodeBytes], margins.AsSpan(1)));
    }

    private static byte[] Encode(IHashModel model, ReadOnlySpan<float> vectors, int count)
    {
        byte[] codes = new byte[count * model.GetHashcodeByteCount()];
        model.Encode(vectors, count, codes);
        return codes;
    }

    private static float[] Margins(IHashModel model, ReadOnlySpan<float> vector)
    {
        float[] margins = new float[model.TableCount * model.BitCount];
        model.EncodeWithMargins(vector, new byte[model.GetHashcodeByteCount()], margins);
        return margins;
    }
}
