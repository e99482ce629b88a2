using System.Diagnostics;
using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

/// <summary>Files exchanged with numpy itself.</summary>
public sealed class NumpyPeerTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arrays_that_numpy_writes_are_read()
    {
        SkipUnlessPresent();
        Run("write", _folder.PathOf(""));
        string[] lines = File.ReadAllLines(_folder.PathOf("expected.txt"));
        lines.Length.ShouldBe(42);
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            FeatureMatrix matrix = FeatureFile.ReadAll(_folder.PathOf(parts[0]));
            matrix.Dimensions.ShouldBe(5);
            matrix.Values.ToArray()
                .Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .ShouldBe(parts[1..], parts[0]);
        }
    }

    [Fact]
    public void Arrays_that_we_write_are_loaded_by_numpy()
    {
        SkipUnlessPresent();
        string path = _folder.PathOf("a.npy");
        using (NpyWriter writer = NpyWriter.CreateMatrix(path, NpyElementType.Float32, 2, 2))
        {
            writer.Write([0.5f, -1f, 3f, 1e10f]);
            writer.Complete();
        }

        Run("read", path).ShouldBe("<f4|(2, 2)|True|0.5|-1.0|3.0|10000000000.0");
        using (NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.Int64, 2))
        {
            writer.Write([long.MinValue, 7L]);
            writer.Complete();
        }

        Run("read", path).ShouldBe("<i8|(2,)|True|-9223372036854775808|7");
        using (NpyWriter writer = NpyWriter.CreateVector(path, NpyElementType.Int32, 1))
        {
            writer.Write([-5]);
            writer.Complete();
        }

        Run("read", path).ShouldBe("<i4|(1,)|True|-5");
        using (NpyWriter writer = NpyWriter.CreateMatrix(path, NpyElementType.UInt8, 1, 3))
        {
            writer.Write((byte[])[1, 0, 255]);
            writer.Complete();
        }

        Run("read", path).ShouldBe("|u1|(1, 3)|True|1|0|255");
    }

    private static void SkipUnlessPresent() =>
        Assert.SkipUnless(
            File.Exists(Python) && Start("-c", "import numpy").ExitCode == 0,
            "python3-numpy is not installed; scripts/install-test-peers.sh installs it");

    private static string Run(params string[] arguments)
    {
        (int exitCode, string output, string errors) =
            Start([Path.Combine(AppContext.BaseDirectory, "Data", "numpy_peer.py"), .. arguments]);
        exitCode.ShouldBe(0, errors);
        return output.Trim();
    }

    private static (int ExitCode, string Output, string Errors) Start(params string[] arguments)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }
}
