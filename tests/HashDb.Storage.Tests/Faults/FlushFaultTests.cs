// .NET's own flush calls swallowed every error of fsync: a device that refused the data of an acknowledged write was never seen. The
// write was acknowledged, a checkpoint on such a device replaced the manifest and deleted the log, and the rows were gone. And when
// a checkpoint did fail, the next one succeeded, because Linux reports an error of the device once only, and deleted the log all
// the same. Here the kernel refuses the flushes, of a process of its own.
using System.Diagnostics;
using HashDb.Models.Files;
using HashDb.Storage.Faults;
using HashDb.Storage.Faults.Killing;
using HashDb.Storage.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Tests.Faults;

public sealed class FlushFaultTests
{
    private const int InputOutputError = 5;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    [Theory]
    [InlineData(InputOutputError)]
    [InlineData(NoSpace)]
    [InlineData(QuotaExceeded)]
    public async Task Write_whose_flush_fails_is_not_acknowledged_and_none_is_after_it(int error)
    {
        using var directory = new TemporaryDirectory();
        string[] told = await RunAsync(directory.Path, "write", error);

        told.ShouldBe([.. Sound(), "refused Poisoned", "refused Poisoned", "closed"]);
        await EverythingAcknowledgedIsThereAsync(directory.Path);
    }

    [Theory]
    [InlineData(InputOutputError)]
    [InlineData(NoSpace)]
    public async Task Checkpoint_whose_flush_fails_is_final_and_deletes_no_log(int error)
    {
        using var directory = new TemporaryDirectory();
        string[] told = await RunAsync(directory.Path, "checkpoint", error);

        told.ShouldBe([.. Sound(), "refused Poisoned", "refused Poisoned", "refused Poisoned", "refused Poisoned", "closed"]);
        await EverythingAcknowledgedIsThereAsync(directory.Path);
    }

    [Fact]
    public async Task Reindex_whose_flush_fails_is_final_and_leaves_the_old_generation()
    {
        using var directory = new TemporaryDirectory();
        string[] told = await RunAsync(directory.Path, "reindex", InputOutputError);

        told.ShouldBe([.. Sound(), "refused Poisoned", "refused Poisoned", "refused Poisoned", "closed"]);
        (await EverythingAcknowledgedIsThereAsync(directory.Path)).Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Collection_whose_files_cannot_be_flushed_is_not_made()
    {
        using var directory = new TemporaryDirectory();
        string[] told = await RunAsync(directory.Path, "create", InputOutputError);

        told[FlushFaults.SoundBatches].ShouldStartWith("refused");
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        database.CollectionNames.ShouldBe([FlushFaults.CollectionName]);
    }

    [Fact]
    public void Flush_of_what_cannot_be_flushed_names_the_file_and_the_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a pipe refuses to be flushed on Linux");
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        FlushFailedException error = Should.Throw<FlushFailedException>(() => DeviceFlush.File(handle, "the pipe"));

        error.Message.ShouldContain("the pipe");
        error.HResult.ShouldBe(22);
    }

    private static IEnumerable<string> Sound() => Enumerable.Range(0, FlushFaults.SoundBatches).Select(batch => $"acknowledged {batch}");

    private static async Task<string[]> RunAsync(string folder, string step, int error)
    {
        Assert.SkipUnless(FlushFaults.IsSupported, "only Linux on x64 and Arm64 has the filter of system calls that this needs");
        var start = new ProcessStartInfo(WorkerProcess.DotnetPath()) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { typeof(FlushFaults).Assembly.Location, "flush-faults", folder, step, $"{error}" })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Opened where the device works again. A write whose flush failed is there whole or not at all.</summary>
    private static async Task<CollectionStatistics> EverythingAcknowledgedIsThereAsync(string folder)
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(folder);
        Collection collection = database.GetCollection(FlushFaults.CollectionName);
        for (int batch = 0; batch < FlushFaults.SoundBatches; batch++)
        {
            foreach (VectorRecord record in FlushFaults.Batch(batch))
                collection.Get(record.Id).ShouldNotBeNull().Vector.ToArray().ShouldBe(record.Vector.ToArray());
        }
        CollectionStatistics statistics = collection.GetStatistics();
        (statistics.Count % FlushFaults.BatchRecords).ShouldBe(0);
        return statistics;
    }
}
