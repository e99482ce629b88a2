using System.Runtime.InteropServices;

namespace HashDb.Storage.Faults.SystemCalls;

/// <summary>Another process's descriptor, also in this process, for the time of one call.</summary>
internal readonly struct BorrowedDescriptor : IDisposable
{
    /// <exception cref="NotPermittedException">The kernel does not allow it.</exception>
    public BorrowedDescriptor(int process, long descriptor)
    {
        int handle = (int)Kernel.Call(CallNumbers.OpenProcess, process);
        Number = (int)Kernel.Call(CallNumbers.TakeDescriptor, handle, (nint)descriptor);
        string reason = Marshal.GetLastPInvokeErrorMessage();
        if (handle >= 0)
            _ = Kernel.Close(handle);
        if (Number < 0)
            throw new NotPermittedException($"descriptor {descriptor} of process {process} cannot be taken: {reason}");
    }

    public int Number { get; }

    public void Dispose() => _ = Kernel.Close(Number);
}
