using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using HashDb.Client.Tests.Protocol;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Serialization;
using HashDb.Storage;
using MessagePack;

namespace HashDb.Architecture.Tests;

/// <summary>docs/PROTOCOL.md says what the code says.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "PROTOCOL.md"));

    public static TheoryData<string> Messages => [.. MessageKinds.All.Select(NameOf).Distinct()];

    [Fact]
    public void Frame_offsets_are_as_documented()
    {
        string[][] rows = Rows("## Frames", 4);
        foreach (string[] row in rows.Where(
            row => row[1] != "Answer" && int.TryParse(row[0], CultureInfo.InvariantCulture, out _) && row[1].StartsWith('u')))
        {
            FieldInfo constant = typeof(FrameHeader).GetField(row[2] + "Offset")!;
            constant.ShouldNotBeNull(row[2]);
            ((int)constant.GetRawConstantValue()!).ShouldBe(Number(row[0]), row[2]);
        }
        rows.Count(row => row[1].StartsWith('u')).ShouldBe(5);
        Document.ShouldContain($"{FrameHeader.ByteCount} bytes of head");
    }

    [Fact]
    public void Flags_are_as_documented() => EnumShouldMatch<FrameFlags>("| Flag | Name |", except: FrameFlags.None);

    [Fact]
    public void Error_codes_are_as_documented() => EnumShouldMatch<HashDbErrorCode>("| Code | Name |");

    [Fact]
    public void Operations_and_their_scopes_are_as_documented()
    {
        EnumShouldMatch<Opcode>("| Opcode | Name |");
        foreach (string[] row in Rows("| Opcode | Name |", 3))
            string.Equals(
                ((Opcode)Number(row[0])).RequiredScope().ToString(), row[2], StringComparison.OrdinalIgnoreCase).ShouldBeTrue(row[1]);
    }

    [Fact]
    public void Messages_that_operations_name_are_documented()
    {
        foreach (string[] row in Rows("| Opcode | Name |", 5).Where(row => row[3] != "reserved"))
        {
            foreach (string message in new[] { row[3], row[4] }.Where(text => text != "nothing"))
                Document.ShouldContain($"### {MessageName().Match(message).Value}\n");
        }
    }

    [Fact]
    public void Limits_are_as_documented()
    {
        Dictionary<string, int> documented = Rows("| Name | Value |", 2).ToDictionary(row => row[0], row => Number(row[1]));
        Dictionary<string, int> constants =
            typeof(ProtocolLimits).GetFields().ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!);
        documented.OrderBy(pair => pair.Key).ShouldBe(constants.OrderBy(pair => pair.Key));
        Document.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"at most {StorageLimits.MaxBatchRecords:N0} records"));
        Document.ShouldContain($"{StorageLimits.MaxBatchBytes >> 20} MiB in the server's log");
        Document.ShouldContain(string.Create(
            CultureInfo.InvariantCulture,
            $"{StorageLimits.MaxLabelCount:N0}\nlabels and {StorageLimits.MaxPayloadBytes:N0} bytes of payload"));
        Document.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"the last {StorageLimits.MaxRememberedClients:N0} ids"));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Fields_of_each_message_are_as_documented(string name)
    {
        int documented = name == nameof(EmptyMessage) ? 0 : Rows($"### {name}\n", 4).Length;
        foreach (IMessageKind kind in MessageKinds.All.Where(kind => NameOf(kind) == name))
        {
            var reader = new StrictMessagePackReader(kind.RandomFrame(new Random(1), hasChecksum: false).AsMemory(FrameHeader.ByteCount));
            reader.ReadArrayHeader().ShouldBe(documented, kind.Name);
        }
    }

    [Fact]
    public void Example_of_a_handshake_is_what_it_says()
    {
        Frame request = Example("hello");
        request.Header.ShouldBe(new FrameHeader(20, 1, Opcode.Hello, FrameFlags.None, 0));
        var hello = new HelloRequest(1, 1, ProtocolFeatures.None, "example", null);
        MessageCodec.Read<HelloRequest>(request.Body).ShouldBe(hello);
        ShouldBeWrittenSo("hello", hello);

        Frame answer = Example("hello-answer");
        answer.Header.ShouldBe(new FrameHeader(17, 1, Opcode.Hello, FrameFlags.Answer, 0));
        ShouldBeWrittenSo("hello-answer", new HelloAnswer(1, ProtocolFeatures.None, "hashdb", ProtocolLimits.MaxFrameBytes, 128));
    }

    [Fact]
    public void Example_of_a_ping_is_what_it_says()
    {
        ShouldBeWrittenSo("ping", default(EmptyMessage));
        ShouldBeWrittenSo("ping-answer", default(EmptyMessage));
        ShouldBeWrittenSo("ping-checksum", default(EmptyMessage), hasChecksum: true);
    }

    [Fact]
    public void Example_of_an_insert_is_what_it_says()
    {
        byte[] clientId = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        using var request =
            new StoreRequest(
                "items",
                new RecordBatch { Ids = new[] { new VectorId(7) }, Vectors = new float[] { 1, 2 } },
                new WriteStamp(new Guid(clientId, bigEndian: true), 0));
        ShouldBeWrittenSo("insert", request);
        ShouldBeWrittenSo("insert-answer", default(EmptyMessage));
        ShouldBeWrittenSo("error", new ErrorMessage(HashDbErrorCode.DuplicateId, "The id 7 is stored already."));
    }

    [Fact]
    public void Example_of_a_search_is_what_it_says()
    {
        using SearchRequest request = MessageCodec.Read<SearchRequest>(Example("search").Body);
        request.Collection.ShouldBe("items");
        request.Queries.Values.ToArray().ShouldBe([1f, 2f]);
        request.Options.ShouldBe(new SearchOptions { Top = 10 });
        ShouldBeWrittenSo(
            "search-answer", new HitsAnswer<SearchHit, SearchHitCodec>([new SearchHit(new VectorId(7), 0)], 0, 1, new SearchStatistics
            {
                CompleteRadius = 16,
                Strategy = ProbeStrategy.Enumerate,
                Probes = 1,
                Buckets = 1,
                Candidates = 1,
                Reranked = 1,
                Elapsed = TimeSpan.FromTicks(1_250),
                Generation = 1,
            }));
    }

    private static void ShouldBeWrittenSo<T>(string example, T message, bool hasChecksum = false)
        where T : IMessage<T>
    {
        FrameHeader header = Example(example, hasChecksum).Header;
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, header.RequestId, header.Opcode, header.Flags, message, hasChecksum);
        Convert.ToHexStringLower(output.WrittenSpan).ShouldBe(Convert.ToHexStringLower(ExampleBytes(example)));
    }

    private static Frame Example(string name, bool hasChecksum = false)
    {
        var buffer = new ReadOnlySequence<byte>(ExampleBytes(name));
        FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytes, hasChecksum, out Frame frame).ShouldBeTrue(name);
        buffer.IsEmpty.ShouldBeTrue(name);
        return frame;
    }

    private static byte[] ExampleBytes(string name)
    {
        Match block = Regex.Match(Document, $"<!-- example: {name} -->\n```\n(.*?)```", RegexOptions.Singleline);
        block.Success.ShouldBeTrue(name);
        return Convert.FromHexString(Space().Replace(block.Groups[1].Value, ""));
    }

    private static void EnumShouldMatch<T>(string heading, T? except = null)
        where T : struct, Enum
    {
        string[] documented = [.. Rows(heading, 2).Select(row => $"{row[0]} {row[1]}")];
        documented.ShouldBe(Enum.GetValues<T>().Where(value => !value.Equals(except)).Select(
            value => $"{Convert.ToInt32(value, CultureInfo.InvariantCulture)} {value}"));
    }

    /// <summary>
    /// The rows of the tables between a text and the next heading that have at least so many cells; only the first table when the
    /// text is its head.
    /// </summary>
    private static string[][] Rows(string start, int minimumCells)
    {
        int from = Document.IndexOf(start, StringComparison.Ordinal);
        from.ShouldBeGreaterThanOrEqualTo(0, start);
        int to = Document.IndexOf(start.StartsWith('|') ? "\n\n" : "\n#", from + start.Length, StringComparison.Ordinal);
        return
        [
            .. Document[from..(to < 0 ? Document.Length : to)].Split('\n')
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith(start, StringComparison.Ordinal))
                .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
                .Where(cells => cells.Length >= minimumCells && cells[0] is not ("Field" or "Offset" or "Flag")),
        ];
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string NameOf(IMessageKind kind)
    {
        string name = kind.GetType().GetGenericArguments()[0].Name;
        int generic = name.IndexOf('`', StringComparison.Ordinal);
        return generic < 0 ? name : name[..generic];
    }

    [GeneratedRegex(@"^\w+")]
    private static partial Regex MessageName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
