// The worker of the flush tests: a process in which, from a moment that it chooses, the kernel itself refuses every fsync. A seccomp
// filter does that on Linux, without a compiler, root or a device that fails; it cannot be taken back, hence a process of its own.
//
// Prints a line for each step: "acknowledged N" or "refused CODE".
using System.Globalization;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Storage.Faults;

internal static partial class FlushFaults
{
    public const string CollectionName = "items";
    public const int Dimensions = 16;
    public const int BatchRecords = 50;

    /// <summary>Batches that are acknowledged before the device begins to fail.</summary>
    public const int SoundBatches = 5;

    private const int SetNoNewPrivileges = 38;
    private const int FilterMode = 1;
    private const int OnAllThreads = 1;

    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Writes, lets the device fail, and tells what is refused from then on.</summary>
    /// <param name="folder">Of the database.</param>
    /// <param name="step">What meets the failing device: "write", "checkpoint", "reindex" or "create".</param>
    /// <param name="error">The system's error number.</param>
    public static async Task<int> RunAsync(string folder, string step, int error)
    {
        // Without a flush at each write the second and third steps show whether the collection still takes writes after the failure.
        var options = new DatabaseOptions { Durability = step == "write" ? DurabilityMode.Always : DurabilityMode.None };
        HashDatabase database = await HashDatabase.OpenAsync(folder, options);
        HashDbCollection collection =
            await database.CreateCollectionAsync(CollectionName, new CollectionOptions(Model(1), DistanceMetric.Euclidean));
        for (int batch = 0; batch < SoundBatches; batch++)
            await TellAsync(batch, () => collection.InsertAsync(Batch(batch)));

        RefuseFlushes(error);
        switch (step)
        {
            case "write":
                break;
            case "create":
                await TellAsync(
                    -1, () => database.CreateCollectionAsync("more", new CollectionOptions(Model(1), DistanceMetric.Euclidean)));
                break;
            case "reindex":
                await TellAsync(-1, () => collection.Maintenance.ReindexAsync(Model(2)));
                break;
            default:
                await TellAsync(-1, () => collection.Maintenance.CheckpointAsync());
                await TellAsync(-1, () => collection.Maintenance.CheckpointAsync());
                break;
        }
        await TellAsync(SoundBatches, () => collection.InsertAsync(Batch(SoundBatches)));
        await TellAsync(SoundBatches + 1, () => collection.InsertAsync(Batch(SoundBatches + 1)));
        await database.DisposeAsync();
        Console.WriteLine("closed");
        return 0;
    }

    public static VectorRecord[] Batch(int batch)
    {
        var random = new Random(batch);
        var records = new VectorRecord[BatchRecords];
        for (int i = 0; i < records.Length; i++)
        {
            float[] vector = new float[Dimensions];
            for (int j = 0; j < vector.Length; j++)
                vector[j] = random.NextSingle() - 0.5f;
            records[i] = new VectorRecord { Id = new VectorId((ulong)(batch * BatchRecords + i)), Vector = vector };
        }
        return records;
    }

    private static LshModel Model(ulong seed) =>
        LshTrainer.Train(new LshOptions { BitCount = 16, Seed = seed, Preprocessing = PreprocessingOrder.Unit }, Dimensions);

    private static async Task TellAsync(int batch, Func<Task> call)
    {
        try
        {
            await call();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"acknowledged {batch}"));
        }
        catch (HashDbException refusal)
        {
            Console.WriteLine($"refused {refusal.Code}");
        }
    }

    /// <summary>From now on fsync and fdatasync end with the error, on every thread.</summary>
    private static unsafe void RefuseFlushes(int error)
    {
        bool isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        const ushort load = 0x20, jumpIfEqual = 0x15, answer = 0x06;
        const uint allow = 0x7fff0000, refuse = 0x00050000;
        Span<Instruction> program =
        [
            new(load, 0, 0, 0),
            new(jumpIfEqual, 1, 0, isX64 ? 74u : 82u),
            new(jumpIfEqual, 0, 1, isX64 ? 75u : 83u),
            new(answer, 0, 0, refuse | (uint)error),
            new(answer, 0, 0, allow),
        ];
        fixed (Instruction* first = program)
        {
            var filter = new Filter((ushort)program.Length, first);
            if (ProcessControl(SetNoNewPrivileges, 1, 0, 0, 0) != 0
                || SystemCall(isX64 ? 317 : 277, FilterMode, OnAllThreads, (nint)(&filter)) != 0)
                throw new InvalidOperationException($"the kernel takes no filter: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private readonly unsafe struct Filter(ushort length, Instruction* first)
    {
        private readonly ushort _length = length;
        private readonly Instruction* _first = first;
    }
}
