// Writes to a file that the process was given, by the system's own call. Safe for many threads as far as the system's call is: a long
// piece may be interleaved with another's.
using System.Runtime.InteropServices;

namespace HashDb.Cli.Output;

internal sealed partial class DescriptorStream(int descriptor, string name, bool losesWhatFails) : Stream
{
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const int LinuxTryAgain = 11;
    private const int OtherTryAgain = 35;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(5);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (descriptor < 0)
        {
            if (!losesWhatFails)
                throw new IOException($"{name} is closed.");
            return;
        }

        while (!buffer.IsEmpty)
        {
            nint written = WriteFile(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;
            if (error == (OperatingSystem.IsLinux() ? LinuxTryAgain : OtherTryAgain))
            {
                // Whoever made the stream does not want writers to wait; this one must.
                Thread.Sleep(TryAgainAfter);
                continue;
            }

            if (losesWhatFails)
                return;
            throw error == BrokenPipe
                ? new ReaderGoneException()
                : new IOException($"{name}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int descriptor, ReadOnlySpan<byte> buffer, nuint count);
}
