using System.Runtime.InteropServices;

namespace HashDb.Storage.Faults.SystemCalls;

/// <summary>A system call that the kernel holds: <c>struct seccomp_notif</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HeldCall
{
    public ulong Id;
    public uint Thread;
    public uint Flags;
    public int Number;
    public uint Architecture;
    public ulong Instruction;
    public fixed ulong Arguments[6];
}
