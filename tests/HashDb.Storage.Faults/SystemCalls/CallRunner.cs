// Carries a held call out in the place of the process that made it. Only so is it known when the call has ended: of two calls on two
// threads, the one that is carried out first is the one that is recorded first. Opens and mappings give the process something that only
// the kernel can give it; they change nothing that another call could race with, and the kernel carries them out.
using System.Runtime.InteropServices;
using System.Text;

namespace HashDb.Storage.Faults.SystemCalls;

internal sealed unsafe class CallRunner(int process, CallReader reader)
{
    public static bool CanRun(FileCall call) => call.Kind is not (FileCallKind.Create or FileCallKind.Open or FileCallKind.Map);

    /// <summary>Carries the call out.</summary>
    /// <returns>What it gives back; a negative number is an error.</returns>
    public long Run(in HeldCall held, FileCall call)
    {
        nint result = call.Kind switch
        {
            FileCallKind.Rename => OnPaths(
                CallNumbers.RenameAtWithFlags,
                call.Path,
                call.Target,
                held.Number == CallNumbers.RenameAtWithFlags ? (nint)held.Arguments[4] : 0),
            FileCallKind.Unlink => OnPath(CallNumbers.UnlinkAt, call.Path, 0),
            FileCallKind.RemoveDirectory => OnPath(CallNumbers.UnlinkAt, call.Path, 0x200),
            FileCallKind.MakeDirectory => OnPath(
                CallNumbers.MakeDirectoryAt,
                call.Path,
                (nint)held.Arguments[held.Number == CallNumbers.MakeDirectoryAt ? 2 : 1]),
            _ => OnDescriptor(held, call.Data),
        };
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    private nint OnDescriptor(in HeldCall held, byte[] data)
    {
        using var own = new BorrowedDescriptor(process, (long)held.Arguments[0]);
        if (!CallReader.IsWrite(held.Number))
            return Kernel.Call(
                held.Number, own.Number, (nint)held.Arguments[1], (nint)held.Arguments[2], (nint)held.Arguments[3]);
        bool isAtPlace = held.Number != CallNumbers.Write && held.Number != CallNumbers.WriteVector;
        fixed (byte* first = data)
        {
            return isAtPlace
                ? Kernel.Call(CallNumbers.WriteAt, own.Number, (nint)first, data.Length, (nint)held.Arguments[3])
                : Kernel.Call(CallNumbers.Write, own.Number, (nint)first, data.Length);
        }
    }

    private nint OnPath(int number, string path, nint argument)
    {
        fixed (byte* first = Encoded(path))
            return Kernel.Call(number, CurrentFolder, (nint)first, argument);
    }

    private nint OnPaths(int number, string from, string to, nint flags)
    {
        fixed (byte* source = Encoded(from))
        fixed (byte* target = Encoded(to))
            return Kernel.Call(number, CurrentFolder, (nint)source, CurrentFolder, (nint)target, flags);
    }

    private byte[] Encoded(string relative) => Encoding.UTF8.GetBytes(reader.FullPath(relative) + "\0");

    private const nint CurrentFolder = -100;
}
