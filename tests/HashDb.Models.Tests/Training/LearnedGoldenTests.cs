// Stored models of each learned kind must load and give the stored codes for ever, on machines of every register width. How they
// were trained may change: their bytes are kept, not the path to them.
using System.Diagnostics;
using HashDb.Models.Encoding;
using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Training;

public sealed class LearnedGoldenTests
{
    private const string ExpectedWidth = "HASHDB_TEST_EXPECTED_WIDTH";

    public static TheoryData<string> Names => ["gph-v1", "grh-linear-v1", "grh-kernel-v1", "itq-v1", "cca-itq-v1"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Stored_learned_model_still_gives_the_stored_codes(string name)
    {
        // Set by the test below, so that it cannot pass on registers that were not switched off.
        string? width = Environment.GetEnvironmentVariable(ExpectedWidth);
        if (width is not null)
            PackedProjection.BestWidth.ToString().ShouldBe(width);
        GoldenModel.Check(name);
    }

    // Distances and exponentials use the runtime's 512-bit type, which it splits or emulates on such machines.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", nameof(SimdWidth.Bits256))]
    [InlineData("DOTNET_EnableAVX2", nameof(SimdWidth.Bits128))]
    [InlineData("DOTNET_EnableHWIntrinsic", nameof(SimdWidth.Scalar))]
    public async Task Stored_codes_hold_on_a_machine_without(string registers, string widestLeft)
    {
        Assert.SkipUnless(
            System.Runtime.Intrinsics.X86.Avx512F.IsSupported
                || (registers != "DOTNET_EnableAVX512" && System.Runtime.Intrinsics.X86.Avx2.IsSupported),
            "The machine does not have the registers to switch off.");
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            ArgumentList = { "-method", $"*.{nameof(Stored_learned_model_still_gives_the_stored_codes)}", "-method",
            "*.Exponential_has_the_kept_bits*" },
            Environment = { [registers] = "0", [ExpectedWidth] = widestLeft },
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Insert(0, typeof(LearnedGoldenTests).Assembly.Location);
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, output);
        output.ShouldContain($"Total: {Names.Count + 1}, Errors: 0, Failed: 0");
    }

    [Fact(Explicit = true)]
    public void Write_the_learned_golden_files()
    {
        float[] vectors = Blobs.Classes(12, seed: 70).Vectors.Values.ToArray();
        GoldenModel.Write("gph-v1", SmallModels.Gph(), vectors, 12);
        GoldenModel.Write("grh-linear-v1", SmallModels.GrhLinear(), vectors, 12);
        GoldenModel.Write("grh-kernel-v1", SmallModels.GrhKernel(), vectors, 12);
        GoldenModel.Write("itq-v1", SmallModels.Itq(), vectors, 12);
        GoldenModel.Write("cca-itq-v1", SmallModels.CcaItq(), vectors, 12);
    }
}
