using System.Runtime.InteropServices;

namespace HashDb.Storage.Faults.SystemCalls;

/// <summary>The answer to a held call: <c>struct seccomp_notif_resp</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HeldAnswer
{
    /// <summary>Value of <see cref="Flags"/>: let the kernel carry the call out.</summary>
    public const uint Continue = 1;

    public ulong Id;
    public long Value;
    public int Error;
    public uint Flags;
}
