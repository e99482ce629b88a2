// Starts a command of this program as a process of its own and watches its system calls: the side of the watcher, see CallFilter.
// One thread answers all calls, so the watcher sees them one after another.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Killing;

namespace HashDb.Storage.Faults.SystemCalls;

internal sealed unsafe class WatchedProcess : IDisposable
{
    private const nuint Receive = 0xC0502100;
    private const nuint Send = 0xC0182101;
    private const int PollMilliseconds = 100;
    private const string ListenerName = "anon_inode:seccomp notify";
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private const int NoLonger = 2;
    private const int Interrupted = 4;

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CallReader _reader;
    private readonly CallRunner _runner;
    private readonly BorrowedDescriptor _listener;

    /// <param name="root">The folder whose files are watched; without symbolic links.</param>
    /// <param name="arguments">The command. It installs <see cref="CallFilter"/> and prints nothing.</param>
    /// <exception cref="NotPermittedException">This system does not allow it.</exception>
    public WatchedProcess(string root, params string[] arguments)
    {
        if (!CallNumbers.AreKnown)
            throw new NotPermittedException("only Linux on x64 and Arm64 has the filter of system calls that this needs");
        var start = new ProcessStartInfo(WorkerProcess.DotnetPath()) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(WatchedProcess).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new CheckFailedException("the watched process did not start");
        _errors = _process.StandardError.ReadToEndAsync();
        _reader = new CallReader(_process.Id, root);
        _runner = new CallRunner(_process.Id, _reader);
        try
        {
            _listener = new BorrowedDescriptor(_process.Id, FindListener());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Answers every call until the process has ended.</summary>
    /// <param name="watcher">Decides about calls and sees them. What it throws ends the process.</param>
    /// <param name="atMost">The process is killed when it runs longer.</param>
    /// <exception cref="CheckFailedException">The process ended badly, or did not end.</exception>
    public void Run(ICallWatcher watcher, TimeSpan atMost)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            int ready = Kernel.Wait(_listener.Number, PollMilliseconds);
            if ((ready & Kernel.Readable) != 0)
                AnswerNext(watcher);
            else if ((ready & Kernel.HungUp) != 0 || _process.HasExited)
                break;
            CheckFailedException.Unless(
                Stopwatch.GetElapsedTime(started) < atMost, $"the watched process did not end within {atMost}");
        }
        _process.WaitForExit();
        CheckFailedException.Unless(
            _process.ExitCode == 0, $"the watched process ended with code {_process.ExitCode}: {_errors.Result}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        if (_listener.Number > 0)
            _listener.Dispose();
        _process.Dispose();
    }

    /// <summary>Waits until the process has installed its filter.</summary>
    /// <returns>Its descriptor of the calls that are held.</returns>
    private long FindListener()
    {
        long started = Stopwatch.GetTimestamp();
        while (!_process.WaitForExit(PollMilliseconds / 20))
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd"))
            {
                long descriptor = long.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
                if (Kernel.DescriptorPath((uint)_process.Id, descriptor) == ListenerName)
                    return descriptor;
            }
            CheckFailedException.Unless(
                Stopwatch.GetElapsedTime(started) < LongestStart, $"the watched process did not begin within {LongestStart}");
        }
        throw _process.ExitCode == CallFilter.RefusedCode
            ? new NotPermittedException(_errors.Result)
            : new CheckFailedException($"the watched process ended with code {_process.ExitCode}: {_errors.Result}");
    }

    private void AnswerNext(ICallWatcher watcher)
    {
        HeldCall held = default;
        if (Kernel.Control(_listener.Number, Receive, &held) != 0)
        {
            // The thread that made the call has ended meanwhile.
            CheckFailedException.Unless(
                Marshal.GetLastPInvokeError() is NoLonger or Interrupted,
                $"no call can be received: {Marshal.GetLastPInvokeErrorMessage()}");
            return;
        }
        HeldAnswer answer = Answer(held, watcher);
        answer.Id = held.Id;
        if (Kernel.Control(_listener.Number, Send, &answer) != 0 && Marshal.GetLastPInvokeError() != NoLonger)
            throw new CheckFailedException($"a call cannot be answered: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private HeldAnswer Answer(in HeldCall held, ICallWatcher watcher)
    {
        FileCall? call = _reader.Read(held);
        if (call is null)
            return new HeldAnswer { Flags = HeldAnswer.Continue };
        if (call.Kind == FileCallKind.Mark)
        {
            watcher.Done(call);
            return default;
        }
        CallDecision decision = watcher.Decide(call);
        if (decision.Error != 0)
            return new HeldAnswer { Error = -decision.Error };
        if (decision.IsPretended)
            return new HeldAnswer { Value = call.Data.Length };
        if (decision.IsShortened)
            call = call with { Data = call.Data[..((call.Data.Length + 1) / 2)] };
        if (!CallRunner.CanRun(call))
        {
            watcher.Done(call);
            return new HeldAnswer { Flags = HeldAnswer.Continue };
        }
        long result = _runner.Run(held, call);
        if (result < 0)
            return new HeldAnswer { Error = (int)Math.Max(result, -4095) };
        watcher.Done(call.Kind == FileCallKind.Write ? call with { Data = call.Data[..(int)result] } : call);
        return new HeldAnswer { Value = result };
    }
}
