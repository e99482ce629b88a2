// How a generation is to be built, as four fields: keep previous, busy share (nil for the default), cores (nil for the
// default), sketches (nil for as before).
using MessagePack;

namespace HashDb.Protocol;

internal static class GenerationOptionsFields
{
    public const int Count = 4;

    /// <summary>What holds when a request leaves a field out.</summary>
    private static readonly GenerationOptions Defaults = new();

    public static void Write(ref MessagePackWriter writer, GenerationOptions options)
    {
        writer.Write(options.KeepPrevious);
        writer.Write(options.BusyShare);
        if (options.Cores is { } cores)
            writer.Write(cores);
        else
            writer.WriteNil();
        if (options.Sketches is { } sketches)
            writer.Write(sketches);
        else
            writer.WriteNil();
    }

    public static GenerationOptions Read(ref BodyReader body) => new()
    {
        KeepPrevious = body.TryReadNil() ? Defaults.KeepPrevious : body.ReadBoolean("keep previous"),
        BusyShare = body.TryReadNil() ? Defaults.BusyShare : body.ReadDouble("busy share"),
        Cores = body.ReadOptionalInt32("cores"),
        Sketches = body.TryReadNil() ? null : body.ReadBoolean("sketches"),
    };
}
