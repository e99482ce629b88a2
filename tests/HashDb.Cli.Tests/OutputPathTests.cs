using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

// --out could name one of the files that the command reads, and replaced the vectors or the model without a question.
public sealed class OutputPathTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Output_that_is_an_input_by_any_path_is_refused_and_the_input_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Makes links.");
        byte[] features = await File.ReadAllBytesAsync(_sample.Features);
        byte[] model = await File.ReadAllBytesAsync(_sample.ModelPath);
        File.CreateSymbolicLink(_sample["symbolic.npy"], _sample.Features);
        Directory.CreateSymbolicLink(_sample["folder"], _sample.Root);
        (await HashDbProcess.ShellAsync("ln \"$1\" \"$2\"", _sample.Features, _sample["hard.npy"])).ExitCode.ShouldBe(0);
        string[] sameFile =
        [
            _sample.Features,
            Path.Combine(_sample.Root, ".", "folder", "..", "features.npy"),
            Path.Combine(_sample["folder"], "features.npy"),
            _sample["symbolic.npy"],
            _sample["hard.npy"],
        ];
        foreach (string output in sameFile)
        {
            await ShouldBeRefusedAsync("--out", "encode", _sample.ModelPath, "--features", _sample.Features, "--out", output);
            await ShouldBeRefusedAsync("--out", "train", "lsh", "--features", _sample.Features, "--bits", "16", "--out", output);
        }

        await ShouldBeRefusedAsync("--out", "encode", _sample.ModelPath, "--features", _sample["symbolic.npy"], "--out", _sample.Features);
        await ShouldBeRefusedAsync("--out", "encode", _sample.ModelPath, "--features", _sample.Features, "--out", _sample.ModelPath);
        await ShouldBeRefusedAsync(
            "--out", "train", "grh", "--features", _sample.Features, "--labels", _sample.Labels, "--bits", "8", "--out", _sample.Labels);
        await ShouldBeRefusedAsync(
            "--report", "evaluate", "ranking", "--model", _sample.ModelPath, "--features", _sample.Features, "--labels", _sample.Labels,
            "--report", _sample.ModelPath);
        await ShouldBeRefusedAsync(
            "--report", "evaluate", "radius", "--features", _sample.Features, "--labels", _sample.Labels, "--bits", "8", "--models", "lsh",
            "--report", _sample.Labels);
        await ShouldBeRefusedAsync(
            "--report", "evaluate", "paper", "--features", _sample.Features, "--labels", _sample.Labels, "--report", _sample["hard.npy"]);

        (await File.ReadAllBytesAsync(_sample.Features)).ShouldBe(features);
        (await File.ReadAllBytesAsync(_sample.ModelPath)).ShouldBe(model);
    }

    [Fact]
    public async Task Output_that_is_another_file_is_replaced_also_when_it_has_the_same_content()
    {
        File.Copy(_sample.Features, _sample["copy.npy"]);

        CommandResult result =
            await HashDbProcess.RunAsync("encode", _sample.ModelPath, "--features", _sample.Features, "--out", _sample["copy.npy"]);

        result.ExitCode.ShouldBe(0, result.Error);
        new FileInfo(_sample["copy.npy"]).Length.ShouldBeLessThan(new FileInfo(_sample.Features).Length);
    }

    private static async Task ShouldBeRefusedAsync(string option, params string[] arguments)
    {
        CommandResult result = await HashDbProcess.RunAsync(arguments);
        result.ExitCode.ShouldBe(1, string.Join(' ', arguments));
        result.Error.ShouldStartWith($"hashdb: {option} ");
        result.Error.ShouldContain("would be lost");
        result.Error.Count(c => c == '\n').ShouldBe(1, result.Error);
    }
}
