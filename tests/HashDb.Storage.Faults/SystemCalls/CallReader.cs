// Tells what a held call does to which file. Paths come from the arguments or from the table of descriptors in /proc, bytes from the
// memory of the process, which stands still at this call.
namespace HashDb.Storage.Faults.SystemCalls;

/// <param name="process">The watched process.</param>
/// <param name="root">Its folder: calls on other files are of no interest.</param>
internal sealed unsafe class CallReader(int process, string root)
{
    private const string DeletedSuffix = " (deleted)";
    private const int CurrentFolder = -100;
    private const int CreateFlag = 0x40;
    private const int RemoveFolderFlag = 0x200;
    private const int ReplaceByExchange = 2;
    private const int SharedMapping = 1;
    private const int WritableMapping = 2;
    private const int KeepSize = 1;
    private const int GetFlags = 3;
    private const int AppendFlag = 0x400;
    private const int SeekFromHere = 1;

    private readonly string _root = root.TrimEnd('/');

    /// <summary>Reads a call.</summary>
    /// <returns>Null when it concerns no file below the folder, or none that still has a name there.</returns>
    /// <exception cref="NotSupportedException">The call changes a file in a way that is not recorded.</exception>
    public FileCall? Read(in HeldCall held)
    {
        int number = held.Number;
        if (number == CallNumbers.ProcessControl)
            return new FileCall(FileCallKind.Mark, System.Text.Encoding.UTF8.GetString(
                Kernel.ReadMemory(held.Thread, held.Arguments[1], (long)held.Arguments[2])));
        if (IsWrite(number))
            return ReadWrite(held);
        if (number == CallNumbers.Flush || number == CallNumbers.FlushData)
            return OfDescriptor(held.Arguments[0], FileCallKind.Flush);
        if (number == CallNumbers.SetLength)
            return OfDescriptor(held.Arguments[0], FileCallKind.SetLength) is { } cut
                ? cut with { Offset = (long)held.Arguments[1] }
                : null;
        if (number == CallNumbers.Allocate)
            return ReadAllocate(held);
        if (number == CallNumbers.Map)
            return ReadMap(held);
        return ReadName(held) ?? RefuseOthers(held);
    }

    public static bool IsWrite(int number) =>
        number == CallNumbers.Write || number == CallNumbers.WriteAt || IsVector(number);

    public static bool IsVector(int number) => number >= 0
        && (number == CallNumbers.WriteVector || number == CallNumbers.WriteVectorAt || number == CallNumbers.WriteVectorAtWithFlags);

    /// <summary>The whole path of a file of a call.</summary>
    public string FullPath(string relative) => relative.Length == 0 ? _root : Path.Combine(_root, relative);

    private FileCall? ReadWrite(in HeldCall held)
    {
        FileCall? call = OfDescriptor(held.Arguments[0], FileCallKind.Write);
        if (call is null)
            return null;
        byte[] data = IsVector(held.Number)
            ? ReadVector(held)
            : Kernel.ReadMemory(held.Thread, held.Arguments[1], (long)held.Arguments[2]);
        bool isAtPlace = held.Number == CallNumbers.WriteAt || held.Number == CallNumbers.WriteVectorAt
            || held.Number == CallNumbers.WriteVectorAtWithFlags;
        return call with { Data = data, Offset = isAtPlace ? (long)held.Arguments[3] : CurrentOffset(held.Arguments[0], call.Path) };
    }

    private static byte[] ReadVector(in HeldCall held)
    {
        byte[] stretches = Kernel.ReadMemory(held.Thread, held.Arguments[1], (long)held.Arguments[2] * sizeof(Kernel.Stretch));
        using var data = new MemoryStream();
        fixed (byte* first = stretches)
        {
            for (ulong i = 0; i < held.Arguments[2]; i++)
            {
                Kernel.Stretch stretch = ((Kernel.Stretch*)first)[i];
                data.Write(Kernel.ReadMemory(held.Thread, (ulong)stretch.First, stretch.Length));
            }
        }
        return data.ToArray();
    }

    private long CurrentOffset(ulong descriptor, string path)
    {
        using var own = new BorrowedDescriptor(process, (long)descriptor);
        return (Kernel.DescriptorControl(own.Number, GetFlags) & AppendFlag) != 0
            ? new FileInfo(FullPath(path)).Length
            : Kernel.Seek(own.Number, 0, SeekFromHere);
    }

    private FileCall? ReadAllocate(in HeldCall held)
    {
        FileCall? call = OfDescriptor(held.Arguments[0], FileCallKind.SetLength);
        if (call is null)
            return null;
        if (held.Arguments[1] is not (0 or KeepSize))
            throw new NotSupportedException($"fallocate with mode {held.Arguments[1]} of {call.Path}");
        long length = new FileInfo(FullPath(call.Path)).Length;
        long end = (long)(held.Arguments[2] + held.Arguments[3]);
        return call with { Offset = held.Arguments[1] == 0 ? Math.Max(length, end) : length };
    }

    /// <summary>A shared mapping that can be written to would change files without a call.</summary>
    private FileCall? ReadMap(in HeldCall held)
    {
        FileCall? call = OfDescriptor(held.Arguments[4], FileCallKind.Map);
        if (call is not null && (held.Arguments[3] & SharedMapping) != 0 && (held.Arguments[2] & WritableMapping) != 0)
            throw new NotSupportedException($"{call.Path} is mapped for writing, so that what is written to it is not seen");
        return call;
    }

    private FileCall? ReadName(in HeldCall held)
    {
        int number = held.Number;
        if (number == CallNumbers.Open || number == CallNumbers.Create)
            return OpenOf(
                Resolve(held.Thread, CurrentFolder, held.Arguments[0]), number == CallNumbers.Create ? 0x241 : (int)held.Arguments[1]);
        if (number == CallNumbers.OpenAt)
            return OpenOf(Resolve(held.Thread, (int)held.Arguments[0], held.Arguments[1]), (int)held.Arguments[2]);
        if (number == CallNumbers.MakeDirectory)
            return Of(Resolve(held.Thread, CurrentFolder, held.Arguments[0]), FileCallKind.MakeDirectory);
        if (number == CallNumbers.MakeDirectoryAt)
            return Of(Resolve(held.Thread, (int)held.Arguments[0], held.Arguments[1]), FileCallKind.MakeDirectory);
        if (number == CallNumbers.RemoveDirectory)
            return Of(Resolve(held.Thread, CurrentFolder, held.Arguments[0]), FileCallKind.RemoveDirectory);
        if (number == CallNumbers.Unlink)
            return Of(Resolve(held.Thread, CurrentFolder, held.Arguments[0]), FileCallKind.Unlink);
        if (number == CallNumbers.UnlinkAt)
            return Of(
                Resolve(held.Thread, (int)held.Arguments[0], held.Arguments[1]),
                (held.Arguments[2] & RemoveFolderFlag) != 0 ? FileCallKind.RemoveDirectory : FileCallKind.Unlink);
        if (number == CallNumbers.Rename)
            return RenameOf(
                Resolve(held.Thread, CurrentFolder, held.Arguments[0]), Resolve(held.Thread, CurrentFolder, held.Arguments[1]));
        bool isOtherRename = number == CallNumbers.RenameAt
            || (number == CallNumbers.RenameAtWithFlags && (held.Arguments[4] & ReplaceByExchange) == 0);
        return isOtherRename
            ? RenameOf(
                Resolve(held.Thread, (int)held.Arguments[0], held.Arguments[1]),
                Resolve(held.Thread, (int)held.Arguments[2], held.Arguments[3]))
            : null;
    }

    /// <summary>Whatever is not understood must not touch the folder.</summary>
    private FileCall? RefuseOthers(in HeldCall held)
    {
        int number = held.Number;
        if (number == CallNumbers.SetUpRing)
            throw new NotSupportedException("the process writes through io_uring, which is not recorded");
        string[] paths = number == CallNumbers.CopyRange ? [Kernel.DescriptorPath(held.Thread, (long)held.Arguments[2])]
            : number == CallNumbers.SendFile ? [Kernel.DescriptorPath(held.Thread, (long)held.Arguments[0])]
            : number == CallNumbers.Link || number == CallNumbers.SymbolicLink
                ? [Resolve(held.Thread, CurrentFolder, held.Arguments[1])]
            : number == CallNumbers.LinkAt ? [Resolve(held.Thread, (int)held.Arguments[2], held.Arguments[3])]
            : number == CallNumbers.SymbolicLinkAt ? [Resolve(held.Thread, (int)held.Arguments[1], held.Arguments[2])]
            : number == CallNumbers.SetLengthOfPath ? [Resolve(held.Thread, CurrentFolder, held.Arguments[0])]
            : number == CallNumbers.OpenAtWithStructure || number == CallNumbers.RenameAtWithFlags
                ? [Resolve(held.Thread, (int)held.Arguments[0], held.Arguments[1])]
            : [];
        foreach (string path in paths)
        {
            if (Relative(path) is not null)
                throw new NotSupportedException($"system call {number} on {path} is not recorded");
        }
        return null;
    }

    private FileCall? OpenOf(string path, int flags)
    {
        if (Relative(path) is not { } relative)
            return null;
        bool isThere = File.Exists(path) || Directory.Exists(path);
        const int truncateFlag = 0x200;
        if (isThere && (flags & truncateFlag) != 0 && new FileInfo(path).Length > 0)
            throw new NotSupportedException($"an open that empties {relative} is not recorded");
        bool isMade = !isThere && (flags & CreateFlag) != 0 && Directory.Exists(Path.GetDirectoryName(path));
        return new FileCall(isMade ? FileCallKind.Create : FileCallKind.Open, relative);
    }

    private FileCall? RenameOf(string from, string to) => (Relative(from), Relative(to)) switch
    {
        ({ } source, { } target) => new FileCall(FileCallKind.Rename, source) { Target = target },
        (null, null) => null,
        _ => throw new NotSupportedException($"a rename from {from} to {to} leads out of the folder"),
    };

    private FileCall? Of(string path, FileCallKind kind) => Relative(path) is { } relative ? new FileCall(kind, relative) : null;

    private FileCall? OfDescriptor(ulong descriptor, FileCallKind kind)
    {
        string path = Kernel.DescriptorPath((uint)process, (int)descriptor);
        return path.EndsWith(DeletedSuffix, StringComparison.Ordinal) ? null : Of(path, kind);
    }

    private string? Relative(string path) => path == _root ? ""
        : path.StartsWith(_root + "/", StringComparison.Ordinal) ? path[(_root.Length + 1)..]
        : null;

    private static string Resolve(uint thread, int folder, ulong address)
    {
        string path = Kernel.ReadText(thread, address);
        if (path.StartsWith('/'))
            return Path.GetFullPath(path);
        string parent = folder == CurrentFolder
            ? File.ResolveLinkTarget($"/proc/{thread}/cwd", returnFinalTarget: false)?.FullName ?? "/"
            : Kernel.DescriptorPath(thread, folder);
        return Path.GetFullPath(Path.Combine(parent, path));
    }
}
