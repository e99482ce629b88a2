using System.Diagnostics;
using HashDb.Models.Encoding;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Kinds.Lsh;

public sealed class LshGoldenTests
{
    private const string Name = "lsh-v1";
    private const string ExpectedWidth = "HASHDB_TEST_EXPECTED_WIDTH";

    [Fact]
    public void Stored_model_still_gives_the_stored_codes()
    {
        // Set by the test below, so that it cannot pass on registers that were not switched off.
        string? width = Environment.GetEnvironmentVariable(ExpectedWidth);
        if (width is not null)
            PackedProjection.BestWidth.ToString().ShouldBe(width);
        GoldenModel.Check(Name);
    }

    [Fact]
    public void Training_still_gives_the_stored_model() => HashModelFile.ToBytes(Train()).ShouldBe(GoldenModel.File(Name));

    // The runtime is told to do without wide registers, or without any, so that means, norms, hyperplanes and codes are
    // computed the way a smaller machine computes them.
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
            ArgumentList =
            {
                "-method", $"*.{nameof(Stored_model_still_gives_the_stored_codes)}",
                "-method", $"*.{nameof(Training_still_gives_the_stored_model)}",
            },
            Environment = { [registers] = "0", [ExpectedWidth] = widestLeft },
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Insert(0, typeof(LshGoldenTests).Assembly.Location);
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, output);
        output.ShouldContain("Total: 2, Errors: 0, Failed: 0");
    }

    [Fact(Explicit = true)]
    public void Write_the_golden_file() => GoldenModel.Write(Name, Train(), TestData.Normal(12, 21, 70), 12);

    private static LshModel Train() => LshTrainer.Train(
        new LshOptions { BitCount = 20, TableCount = 2, Seed = 2026, Preprocessing = PreprocessingOrder.CenterThenUnit },
        TestData.Normal(50, 21, 69),
        50,
        21);
}
