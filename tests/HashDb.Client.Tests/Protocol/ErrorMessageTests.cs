using System.Buffers;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Tests.Protocol;

public sealed class ErrorMessageTests
{
    public static TheoryData<Exception> Errors =>
    [
        new ArgumentException("plain"),
        new ArgumentException("with a parameter", "records"),
        new ArgumentException(null, "records"),
        new ArgumentException("text that ends like a suffix (Parameter 'ids')", "records"),
        new ArgumentNullException("name"),
        new ArgumentNullException("name", "It is missing."),
        new ArgumentNullException(),
        new ArgumentOutOfRangeException("count"),
        new ArgumentOutOfRangeException("count", -5, "It must be at least 1."),
        new ArgumentOutOfRangeException("share", 1.5, "It must be at most 1."),
        new ArgumentOutOfRangeException("interval", TimeSpan.FromSeconds(1), null),
        new HashDbException(HashDbErrorCode.DuplicateId, "Id 5 is stored."),
        new HashDbException(HashDbErrorCode.Overloaded, "Too much.", isTransient: true),
        new CorruptDataException("vectors-0", 4096, "a checksum is wrong"),
        new CorruptDataException("manifest", -1, "not one"),
        new ProtocolException("A frame is none."),
        new OperationCanceledException(),
    ];

    [Theory]
    [MemberData(nameof(Errors))]
    public void Error_sent_and_thrown_again_is_the_same(Exception thrown)
    {
        Exception rebuilt = Send(thrown);

        rebuilt.GetType().ShouldBe(thrown.GetType());
        rebuilt.Message.ShouldBe(thrown.Message);
        (rebuilt as ArgumentException)?.ParamName.ShouldBe(((ArgumentException)thrown).ParamName);
        (rebuilt as HashDbException)?.Code.ShouldBe(((HashDbException)thrown).Code);
        (rebuilt as HashDbException)?.IsTransient.ShouldBe(((HashDbException)thrown).IsTransient);
        (rebuilt as CorruptDataException)?.File.ShouldBe(((CorruptDataException)thrown).File);
        (rebuilt as CorruptDataException)?.Offset.ShouldBe(((CorruptDataException)thrown).Offset);
    }

    [Fact]
    public void Error_that_no_contract_names_shows_its_type_and_not_its_text()
    {
        Exception rebuilt = Send(new InvalidOperationException("/home/of/secrets"));

        rebuilt.ShouldBeOfType<HashDbException>().Code.ShouldBe(HashDbErrorCode.Unknown);
        rebuilt.Message.ShouldContain(nameof(InvalidOperationException));
        rebuilt.Message.ShouldNotContain("secrets");
    }

    [Fact]
    public void Error_with_a_text_that_cannot_be_sent_whole_still_arrives()
    {
        Exception tooLong = Send(new ArgumentException(new string('\u20ac', 100_000)));
        Exception surrogate = Send(new ArgumentException("name '\ud800' is no folder name"));

        tooLong.Message.ShouldStartWith("\u20ac\u20ac");
        surrogate.Message.ShouldStartWith("name '");
    }

    [Fact]
    public void Hello_shows_no_token() =>
        new HelloRequest(1, 1, ProtocolFeatures.None, "test", "secret").ToString().ShouldNotContain("secret");

    private static Exception Send(Exception thrown)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(
            output, 7, Opcode.Insert, FrameFlags.Answer | FrameFlags.Error, ErrorMessage.FromException(thrown), hasChecksums: true);
        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);
        FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytes, hasChecksums: true, out Frame frame).ShouldBeTrue();
        return MessageCodec.Read<ErrorMessage>(frame.Body).ToException();
    }
}
