// An exception on its way to the client, which throws one of the same type with the same message text.
//
// The runtime appends to the message of an ArgumentException what its parameter is, and of an ArgumentOutOfRangeException what
// its value was. The bare text, the parameter and the value travel apart, and the rebuilt exception appends them again.
// Faults that no contract names (a bug in the server) travel as their type alone: their text may hold what nobody outside
// should read.
using System.Globalization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Body of an error: [code, message, is transient, kind, parameter or nil, actual value or nil, file or nil, offset or nil].
/// </summary>
internal readonly record struct ErrorMessage(
    HashDbErrorCode Code,
    string Message,
    bool IsTransient = false,
    ErrorKind Kind = ErrorKind.Fault,
    string? Parameter = null,
    string? ActualValue = null,
    string? File = null,
    long? Offset = null)
    : IMessage<ErrorMessage>
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(8);
        writer.Write((int)Code);
        writer.Write(Fit(Message));
        writer.Write(IsTransient);
        writer.Write((int)Kind);
        writer.Write(Parameter is null ? null : Fit(Parameter));
        writer.Write(ActualValue is null ? null : Fit(ActualValue));
        writer.Write(File is null ? null : Fit(File));
        if (Offset is { } offset)
            writer.Write(offset);
        else
            writer.WriteNil();
    }

    public static ErrorMessage Read(ref BodyReader body) => new(
        (HashDbErrorCode)body.ReadInt32("code"),
        body.ReadText("message"),
        body.HasNext && body.ReadBoolean("is transient"),
        (ErrorKind)body.ReadInt32OrDefault("kind", 0),
        body.ReadOptionalText("parameter"),
        body.ReadOptionalText("actual value"),
        body.ReadOptionalText("file"),
        body.TryReadNil() ? null : body.ReadInt64("offset"));

    /// <summary>What an exception is on the wire.</summary>
    public static ErrorMessage FromException(Exception exception)
    {
        switch (exception)
        {
            case CorruptDataException damage:
                return new ErrorMessage(
                    damage.Code, damage.Detail, damage.IsTransient, ErrorKind.CorruptData, File: damage.File, Offset: damage.Offset);
            case HashDbException fault:
                return new ErrorMessage(fault.Code, fault.Message, fault.IsTransient);
            case ArgumentException argument:
                string? value = (argument as ArgumentOutOfRangeException)?.ActualValue is { } actual
                    ? Convert.ToString(actual, CultureInfo.InvariantCulture)
                    : null;
                ErrorKind kind = argument switch
                {
                    ArgumentNullException => ErrorKind.ArgumentNull,
                    ArgumentOutOfRangeException => ErrorKind.ArgumentOutOfRange,
                    _ => ErrorKind.Argument,
                };
                return new ErrorMessage(
                    HashDbErrorCode.InvalidArgument, BareText(argument), Kind: kind, Parameter: argument.ParamName, ActualValue: value);
            case OperationCanceledException cancelled:
                return new ErrorMessage(HashDbErrorCode.Cancelled, cancelled.Message, Kind: ErrorKind.Cancelled);
            default:
                return new ErrorMessage(
                    HashDbErrorCode.Unknown,
                    $"The server failed in a way that it does not know ({exception.GetType().Name}); its log says more.");
        }
    }

    /// <summary>The exception that the client throws.</summary>
    public Exception ToException() => Kind switch
    {
        ErrorKind.Argument => new ArgumentException(Message, Parameter),
        ErrorKind.ArgumentNull => new ArgumentNullException(Parameter, Message),
        ErrorKind.ArgumentOutOfRange => new ArgumentOutOfRangeException(Parameter, ActualValue, Message),
        ErrorKind.CorruptData => new CorruptDataException(File ?? "", Offset ?? -1, Message),
        ErrorKind.Cancelled => new OperationCanceledException(Message),
        _ when Code == HashDbErrorCode.ProtocolError => new ProtocolException(Message),
        _ => new HashDbException(Code, Message, isTransient: IsTransient),
    };

    /// <summary>The message without what the runtime appends, which it appends in the language of its resources.</summary>
    private static string BareText(ArgumentException argument)
    {
        const string mark = "\u0001";
        string text = argument.Message;
        // What is appended to a text that is known shows what was appended to this one.
        ArgumentException probe = argument is ArgumentOutOfRangeException { ActualValue: { } value }
            ? new ArgumentOutOfRangeException(argument.ParamName, value, mark)
            : new ArgumentException(mark, argument.ParamName);
        string suffix = probe.Message[mark.Length..];
        return suffix.Length > 0 && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
    }

    /// <summary>Texts longer than the limit are cut: an error about a long name must still arrive.</summary>
    private static string Fit(string text)
    {
        // A UTF-16 unit takes at most three bytes of UTF-8; a lone surrogate, which a caller may have put there, cannot be sent.
        const int maxChars = ProtocolLimits.MaxTextBytes / 3;
        if (text.Length > maxChars)
            text = text[..maxChars];
        return System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
    }
}
