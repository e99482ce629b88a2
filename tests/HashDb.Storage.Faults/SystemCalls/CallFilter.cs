// The side of the process that is watched: it asks the kernel to hold each of its system calls that can change a file until another
// process has answered. A seccomp filter does that without root and without a compiler, on every thread; it cannot be taken back.
// The watcher finds the descriptor on which the calls arrive in the table of the process, see WatchedProcess: to tell its number, the
// process would have to make calls that are held already.
using System.Runtime.InteropServices;
using System.Text;

namespace HashDb.Storage.Faults.SystemCalls;

internal static unsafe class CallFilter
{
    /// <summary>Exit code of a watched process whose kernel takes no such filter; the reason is on standard error.</summary>
    public const int RefusedCode = 77;

    /// <summary>First argument of the call that says something to the watcher; no option of prctl has this number.</summary>
    public const int MarkOption = 0x48424442;

    private const int SetNoNewPrivileges = 38;
    private const int FilterMode = 1;
    private const int OnAllThreads = 1;
    private const int NewListener = 8;
    private const int ErrorIfNotOnAllThreads = 16;

    /// <summary>A held call is interrupted by nothing but a kill. The runtime sends signals to its threads all the time.</summary>
    private const int WaitKillable = 32;

    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreater = 0x25;
    private const ushort Answer = 0x06;
    private const uint Allow = 0x7fff0000;
    private const uint Notify = 0x7fc00000;
    private const uint FirstArgument = 16;
    private const uint FifthArgument = FirstArgument + 4 * sizeof(ulong);

    /// <summary>Installs the filter. Every held call waits from here on until the watcher answers.</summary>
    /// <returns>False when the kernel does not take it.</returns>
    public static bool TryInstall()
    {
        Instruction[] program = Program();
        nint listener = -1;
        fixed (Instruction* first = program)
        {
            var filter = new Filter { Length = (ushort)program.Length, First = first };
            if (Kernel.Call(CallNumbers.ProcessControl, SetNoNewPrivileges, 1) == 0)
                listener = Kernel.Call(
                    CallNumbers.InstallFilter,
                    FilterMode,
                    OnAllThreads | NewListener | ErrorIfNotOnAllThreads | WaitKillable,
                    (nint)(&filter));
        }
        if (listener < 0)
            Console.Error.WriteLine($"the kernel takes no filter that another process answers: {Marshal.GetLastPInvokeErrorMessage()}");
        return listener >= 0;
    }

    /// <summary>Says something to the watcher, in order with all calls; returns when the watcher has taken it.</summary>
    public static void Say(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        fixed (byte* first = bytes)
        {
            if (Kernel.Call(CallNumbers.ProcessControl, MarkOption, (nint)first, bytes.Length) != 0)
                throw new InvalidOperationException($"nobody listens: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static Instruction[] Program()
    {
        int[] always =
        [
            CallNumbers.WriteAt, CallNumbers.WriteVector, CallNumbers.WriteVectorAt, CallNumbers.WriteVectorAtWithFlags,
            CallNumbers.SetLength, CallNumbers.SetLengthOfPath, CallNumbers.Allocate, CallNumbers.Flush, CallNumbers.FlushData,
            CallNumbers.Rename, CallNumbers.RenameAt, CallNumbers.RenameAtWithFlags, CallNumbers.Unlink, CallNumbers.UnlinkAt,
            CallNumbers.Open, CallNumbers.OpenAt, CallNumbers.OpenAtWithStructure, CallNumbers.Create, CallNumbers.MakeDirectory,
            CallNumbers.MakeDirectoryAt, CallNumbers.RemoveDirectory, CallNumbers.Link, CallNumbers.LinkAt, CallNumbers.SymbolicLink,
            CallNumbers.SymbolicLinkAt, CallNumbers.CopyRange, CallNumbers.SendFile, CallNumbers.SetUpRing,
        ];
        var program = new List<Instruction> { new(Load, 0, 0, 0) };
        // Standard output and errors are not files of anybody's database.
        When(CallNumbers.Write, FirstArgument, new Instruction(JumpIfGreater, 0, 1, 2));
        // Memory without a file.
        When(CallNumbers.Map, FifthArgument, new Instruction(JumpIfEqual, 1, 0, uint.MaxValue));
        When(CallNumbers.ProcessControl, FirstArgument, new Instruction(JumpIfEqual, 0, 1, MarkOption));
        foreach (int number in always.Where(number => number >= 0))
        {
            program.Add(new Instruction(JumpIfEqual, 0, 1, (uint)number));
            program.Add(new Instruction(Answer, 0, 0, Notify));
        }
        program.Add(new Instruction(Answer, 0, 0, Allow));
        return [.. program];

        void When(int number, uint argument, Instruction test)
        {
            program.Add(new Instruction(JumpIfEqual, 0, 4, (uint)number));
            program.Add(new Instruction(Load, 0, 0, argument));
            program.Add(test);
            program.Add(new Instruction(Answer, 0, 0, Notify));
            program.Add(new Instruction(Answer, 0, 0, Allow));
        }
    }

    /// <summary><c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary><c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Filter
    {
        public ushort Length;
        public Instruction* First;
    }
}
