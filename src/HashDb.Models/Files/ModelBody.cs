// The MessagePack body of a model file. Keys stand in one fixed order and free names in ascending order, so that a model
// has one encoding and a key that is missing, doubled or unknown is found where it stands.
using System.Buffers;
using System.Runtime.InteropServices;
using HashDb.Models.Data;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Models.Files;

/// <summary>Writes and reads the body of a model file.</summary>
internal static class ModelBody
{
    public static void Write(IBufferWriter<byte> output, IHashModel model, ModelWriter parts)
    {
        MessagePackWriter writer = new(output);
        ReadOnlySpan<string> keys = ModelFileLayout.BodyKeys;
        writer.WriteMapHeader(keys.Length);
        writer.Write(keys[0]);
        writer.WriteText(model.Kind);
        writer.Write(keys[1]);
        writer.Write(model.Dimensions);
        writer.Write(keys[2]);
        writer.Write(model.BitCount);
        writer.Write(keys[3]);
        writer.Write(model.TableCount);
        writer.Write(keys[4]);
        WritePreprocessing(ref writer, model.Preprocessing);
        writer.Write(keys[5]);
        ModelValueCodec.Write(ref writer, parts.Parameters);
        writer.Write(keys[6]);
        WriteProvenance(ref writer, model.Provenance);
        writer.Write(keys[7]);
        parts.WriteArrays(ref writer);
        writer.Flush();
    }

    public static IHashModel Read(ReadOnlyMemory<byte> body, string file)
    {
        StrictMessagePackReader reader = new(body);
        ModelReader parts;
        try
        {
            parts = ReadParts(ref reader, body, file);
        }
        catch (Exception e) when (e is MessagePackSerializationException or ArgumentException)
        {
            throw new CorruptDataException(file, ModelFileLayout.BodyOffset + reader.Consumed, e.Message, e);
        }

        IHashModelFormat format = HashModelFormats.Get(parts.Kind);
        try
        {
            IHashModel model = format.Read(parts);
            parts.CheckAllRead();
            return model;
        }
        catch (ArgumentException e)
        {
            throw new CorruptDataException(file, ModelFileLayout.BodyOffset, e.Message, e);
        }
    }

    private static ModelReader ReadParts(ref StrictMessagePackReader reader, ReadOnlyMemory<byte> body, string file)
    {
        ReadOnlySpan<string> keys = ModelFileLayout.BodyKeys;
        ModelFileLayout.ExpectMap(ref reader, keys.Length, "The body");
        ModelFileLayout.ExpectKey(ref reader, keys[0]);
        string? kind = reader.ReadString();
        if (!HashModelFormats.IsKind(kind))
            throw new MessagePackSerializationException($"'{kind}' is not a kind of model.");
        ModelFileLayout.ExpectKey(ref reader, keys[1]);
        int dimensions = reader.ReadInt32();
        ModelFileLayout.ExpectKey(ref reader, keys[2]);
        int bitCount = reader.ReadInt32();
        ModelFileLayout.ExpectKey(ref reader, keys[3]);
        int tableCount = reader.ReadInt32();
        ModelLimits.CheckShape(dimensions, bitCount, tableCount);
        ModelFileLayout.ExpectKey(ref reader, keys[4]);
        Preprocessing preprocessing = ReadPreprocessing(ref reader, dimensions);
        ModelFileLayout.ExpectKey(ref reader, keys[5]);
        long parametersOffset = ModelFileLayout.BodyOffset + reader.Consumed;
        var parameters = ModelValueCodec.Read(ref reader, "The parameters");
        ModelFileLayout.ExpectKey(ref reader, keys[6]);
        ModelProvenance provenance = ReadProvenance(ref reader);
        ModelFileLayout.ExpectKey(ref reader, keys[7]);
        Dictionary<string, ModelReader.StoredArray> arrays = ReadArrays(ref reader, body);
        if (!reader.End)
            throw new MessagePackSerializationException("More bytes follow the body's map.");
        return new ModelReader(file, parameters, parametersOffset, arrays)
        {
            Kind = kind!,
            Dimensions = dimensions,
            BitCount = bitCount,
            TableCount = tableCount,
            Preprocessing = preprocessing,
            Provenance = provenance,
        };
    }

    private static void WritePreprocessing(ref MessagePackWriter writer, Preprocessing preprocessing)
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)preprocessing.Order);
        byte[] mean = new byte[preprocessing.Mean.Length * sizeof(float)];
        ModelArrayType.CopyLittleEndian(MemoryMarshal.AsBytes(preprocessing.Mean.Span), mean, sizeof(float));
        writer.Write(mean);
    }

    private static Preprocessing ReadPreprocessing(ref StrictMessagePackReader reader, int dimensions)
    {
        if (reader.ReadArrayHeader() != 2)
            throw new MessagePackSerializationException("The preprocessing is not an array of order and mean.");
        PreprocessingOrder order = (PreprocessingOrder)reader.ReadInt32();
        ReadOnlySpan<byte> bytes = ReadBinary(ref reader).Span;
        int expected = Preprocessing.NeedsMean(order) ? dimensions * sizeof(float) : 0;
        if (bytes.Length != expected)
            throw new MessagePackSerializationException($"The mean has {bytes.Length} bytes instead of {expected}.");
        float[] mean = new float[bytes.Length / sizeof(float)];
        ModelArrayType.CopyLittleEndian(bytes, MemoryMarshal.AsBytes(mean.AsSpan()), sizeof(float));
        return Preprocessing.Create(order, mean);
    }

    private static void WriteProvenance(ref MessagePackWriter writer, ModelProvenance provenance)
    {
        ReadOnlySpan<string> keys = ModelFileLayout.ProvenanceKeys;
        writer.WriteMapHeader(keys.Length);
        writer.Write(keys[0]);
        writer.WriteText(provenance.Kind);
        writer.Write(keys[1]);
        ModelValueCodec.Write(ref writer, provenance.Options);
        writer.Write(keys[2]);
        writer.Write(provenance.Seed);
        writer.Write(keys[3]);
        writer.Write(provenance.TrainingRows);
        writer.Write(keys[4]);
        writer.WriteText(provenance.DataFingerprint);
        writer.Write(keys[5]);
        ModelValueCodec.Write(ref writer, provenance.Training);
    }

    private static ModelProvenance ReadProvenance(ref StrictMessagePackReader reader)
    {
        ReadOnlySpan<string> keys = ModelFileLayout.ProvenanceKeys;
        ModelFileLayout.ExpectMap(ref reader, keys.Length, "The provenance");
        ModelFileLayout.ExpectKey(ref reader, keys[0]);
        string kind = ReadText(ref reader);
        ModelFileLayout.ExpectKey(ref reader, keys[1]);
        var options = ModelValueCodec.Read(ref reader, "The options");
        ModelFileLayout.ExpectKey(ref reader, keys[2]);
        ulong seed = reader.ReadUInt64();
        ModelFileLayout.ExpectKey(ref reader, keys[3]);
        long rows = reader.ReadInt64();
        ModelFileLayout.ExpectKey(ref reader, keys[4]);
        string data = ReadText(ref reader);
        ModelFileLayout.ExpectKey(ref reader, keys[5]);
        return new ModelProvenance
        {
            Kind = kind,
            Options = options,
            Seed = seed,
            TrainingRows = rows,
            DataFingerprint = data,
            Training = ModelValueCodec.Read(ref reader, "The training"),
        };
    }

    private static Dictionary<string, ModelReader.StoredArray> ReadArrays(ref StrictMessagePackReader reader, ReadOnlyMemory<byte> body)
    {
        Dictionary<string, ModelReader.StoredArray> arrays = new(StringComparer.Ordinal);
        int count = ModelFileLayout.ReadMapCount(ref reader, "The map of arrays");
        string? previous = null;
        for (int i = 0; i < count; i++)
        {
            string name = previous = ModelFileLayout.ReadName(ref reader, previous);
            if (reader.ReadArrayHeader() != 3)
                throw new MessagePackSerializationException($"Array '{name}' is not type, shape and bytes.");
            string type = ReadText(ref reader);
            int rank = reader.ReadArrayHeader();
            if (rank is < 1 or > ModelFileLayout.MaxArrayRank)
                throw new MessagePackSerializationException($"Array '{name}' has {rank} lengths, not 1 to {ModelFileLayout.MaxArrayRank}.");
            int[] shape = new int[rank];
            UInt128 bytes = (UInt128)ModelArrayType.SizeOf(type);
            if (bytes == 0)
                throw new MessagePackSerializationException($"Array '{name}' is of the unknown type '{type}'.");
            for (int j = 0; j < rank; j++)
            {
                shape[j] = reader.ReadInt32();
                if (shape[j] < 0)
                    throw new MessagePackSerializationException($"Array '{name}' has the length {shape[j]}.");

                // Two factors below 2^31 times 2^64 at most: saturate instead of wrapping round.
                bytes = UInt128.Min(bytes * (UInt128)shape[j], (UInt128)ulong.MaxValue);
            }

            ReadOnlyMemory<byte> data = ReadBinary(ref reader);
            if ((UInt128)data.Length != bytes)
            {
                throw new MessagePackSerializationException(
                    $"Array '{name}' of type {type} and shape [{string.Join(", ", shape)}] has {data.Length} bytes.");
            }

            arrays.Add(name, new ModelReader.StoredArray(type, shape, data, ModelFileLayout.BodyOffset + reader.Consumed - data.Length));
        }

        return arrays;
    }

    private static ReadOnlyMemory<byte> ReadBinary(ref StrictMessagePackReader reader) =>
        (reader.ReadBytes() ?? throw new MessagePackSerializationException("A binary is nil.")).First;

    private static string ReadText(ref StrictMessagePackReader reader) =>
        reader.ReadString() ?? throw new MessagePackSerializationException("A text is nil.");
}
