using System.Buffers;
using System.Globalization;
using System.Text.Json;
using HashDb.Abstractions.Tests.Support;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Abstractions.Tests.Serialization.Peers;

/// <summary>The cases of npm's msgpack-test-suite: every listed encoding must be read, and ours must be the first listed.</summary>
public sealed class TestSuiteTests
{
    private const string SuitePath = "tests/.peers/node_modules/msgpack-test-suite/dist/msgpack-test-suite.json";

    /// <summary>Start of the year 1, before which a DateTime cannot lie; the suite has a time in the year 0.</summary>
    private static readonly long FirstSecond = (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    [Fact]
    public void Every_encoding_of_the_suite_is_read_as_the_value_it_stands_for()
    {
        int encodings = 0;
        foreach (JsonElement testCase in Cases())
        {
            foreach (byte[] bytes in Encodings(testCase))
            {
                Check(testCase, bytes);
                StrictMessagePackReader.EnsureOneValue(new ReadOnlySequence<byte>(bytes));
                encodings++;
            }
        }

        encodings.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void Values_of_the_suite_are_written_in_its_smallest_encoding()
    {
        int written = 0;
        foreach (JsonElement testCase in Cases())
        {
            byte[]? ours = Encode(testCase);
            if (ours is null)
                continue;
            // Whole numbers are listed as floats too, but an integer is never written as one.
            MessagePackType type = MessagePackCode.ToMessagePackType(ours[0]);
            byte[][] encodings = [.. Encodings(testCase).Where(e => MessagePackCode.ToMessagePackType(e[0]) == type)];
            encodings.Select(e => Bytes.ToHex(e)).ShouldContain(Bytes.ToHex(ours), testCase.GetRawText());
            ours.Length.ShouldBe(encodings.Min(e => e.Length), testCase.GetRawText());
            written++;
        }

        written.ShouldBeGreaterThan(50);
    }

    private static void Check(JsonElement testCase, byte[] bytes)
    {
        string because = $"{testCase.GetRawText()} from {Bytes.ToHex(bytes)}";
        foreach (ReadOnlySequence<byte> sequence in (ReadOnlySequence<byte>[])[new(bytes), Bytes.SplitEverywhere(bytes)])
        {
            foreach (JsonProperty property in testCase.EnumerateObject().Where(p => p.Name != "msgpack"))
            {
                StrictMessagePackReader reader = new(sequence);
                JsonElement value = property.Value;
                switch (property.Name)
                {
                    case "nil":
                        reader.TryReadNil().ShouldBeTrue(because);
                        break;
                    case "bool":
                        reader.ReadBoolean().ShouldBe(value.GetBoolean(), because);
                        break;
                    case "binary":
                        reader.ReadBytes()!.Value.ToArray().ShouldBe(Bytes.FromHex(value.GetString()!), because);
                        break;
                    case "number":
                        reader.ReadDouble().ShouldBe(value.GetDouble(), because);
                        break;
                    case "bignum" when reader.NextMessagePackType == MessagePackType.Integer:
                        Int128 number = bytes[0] == MessagePackCode.UInt64 ? reader.ReadUInt64() : reader.ReadInt64();
                        number.ShouldBe(Int128.Parse(value.GetString()!, CultureInfo.InvariantCulture), because);
                        break;
                    case "bignum":
                        reader.ReadDouble().ShouldBe(double.Parse(value.GetString()!, CultureInfo.InvariantCulture), because);
                        break;
                    case "string":
                        reader.ReadString().ShouldBe(value.GetString(), because);
                        break;
                    case "timestamp":
                        // Our formats have no times: the strict reader passes over them.
                        reader.NextMessagePackType.ShouldBe(MessagePackType.Extension, because);
                        reader.Skip();
                        break;
                    case "ext":
                        var extension = Document.Read(ref reader, sequence).ShouldBeOfType<Document.Extension>(because);
                        extension.TypeCode.ShouldBe(value[0].GetSByte(), because);
                        extension.Data.ShouldBe(Bytes.FromHex(value[1].GetString()!), because);
                        break;
                    case "array" or "map":
                        Document.Describe(Document.Read(ref reader, sequence)).ShouldBe(Document.Describe(FromJson(value)), because);
                        break;
                    default:
                        Assert.Fail($"unknown kind of case: {property.Name}");
                        break;
                }

                reader.End.ShouldBeTrue(because);
            }
        }
    }

    private static byte[]? Encode(JsonElement testCase)
    {
        if (testCase.TryGetProperty("timestamp", out JsonElement timestamp))
        {
            // A DateTime counts in hundreds of nanoseconds; finer times cannot be held.
            if (timestamp[1].GetInt64() % 100 != 0 || timestamp[0].GetInt64() < FirstSecond)
                return null;
            return Document.Encode(DateTime.UnixEpoch.AddSeconds(timestamp[0].GetInt64()).AddTicks(timestamp[1].GetInt64() / 100));
        }

        if (testCase.TryGetProperty("binary", out JsonElement binary))
            return Document.Encode(Bytes.FromHex(binary.GetString()!));
        if (testCase.TryGetProperty("ext", out JsonElement extension))
            return Document.Encode(new Document.Extension(extension[0].GetSByte(), Bytes.FromHex(extension[1].GetString()!)));
        if (testCase.TryGetProperty("bignum", out JsonElement bignum))
            return Document.Encode(Integer(Int128.Parse(bignum.GetString()!, CultureInfo.InvariantCulture)));
        foreach (string kind in (string[])["nil", "bool", "number", "string", "array", "map"])
        {
            if (testCase.TryGetProperty(kind, out JsonElement value))
                return Document.Encode(FromJson(value));
        }

        Assert.Fail($"unknown kind of case: {testCase.GetRawText()}");
        return null;
    }

    private static object? FromJson(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out long integer) => integer,
        // The fractions in the suite are exact in single precision, whose encoding is the smaller.
        JsonValueKind.Number => value.GetSingle(),
        JsonValueKind.Array => value.EnumerateArray().Select(FromJson).ToArray(),
        JsonValueKind.Object =>
            value.EnumerateObject().Select(p => new KeyValuePair<object?, object?>(p.Name, FromJson(p.Value))).ToArray(),
        _ => throw new InvalidOperationException(),
    };

    private static object Integer(Int128 value) => value > long.MaxValue ? (ulong)value : (long)value;

    private static IEnumerable<byte[]> Encodings(JsonElement testCase) =>
        testCase.GetProperty("msgpack").EnumerateArray().Select(hex => Bytes.FromHex(hex.GetString()!));

    private static List<JsonElement> Cases()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HashDb.sln")))
            folder = folder.Parent;
        string path = Path.Combine(folder?.FullName ?? "", SuitePath);
        Assert.SkipUnless(File.Exists(path), "npm's msgpack-test-suite is not installed; scripts/install-test-peers.sh installs it");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.EnumerateObject().SelectMany(group => group.Value.EnumerateArray()).Select(c => c.Clone())];
    }
}
