// Everything that a process did to the files of a folder, in order, with what it said in between. Can be stored, so that a state that
// failed can be made again: a second run of the process would do other calls.
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.PowerLoss;

internal sealed class Recording(IReadOnlyList<FileCall> calls)
{
    /// <summary>The calls that changed something, and the marks.</summary>
    public IReadOnlyList<FileCall> Calls { get; } = calls;

    public void Save(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(Calls.Count);
        foreach (FileCall call in Calls)
        {
            writer.Write((int)call.Kind);
            writer.Write(call.Path);
            writer.Write(call.Target);
            writer.Write(call.Offset);
            writer.Write(call.Data.Length);
            writer.Write(call.Data);
        }
    }

    public static Recording Load(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var calls = new FileCall[reader.ReadInt32()];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = new FileCall((FileCallKind)reader.ReadInt32(), reader.ReadString())
            {
                Target = reader.ReadString(),
                Offset = reader.ReadInt64(),
                Data = reader.ReadBytes(reader.ReadInt32()),
            };
        }
        return new Recording(calls);
    }
}
