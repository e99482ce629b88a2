using System.Diagnostics;
using System.Text.Json;
using HashDb.Cli.Tests.Support;
using HashDb.Cli.Training;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Training;

namespace HashDb.Cli.Tests;

/// <summary>Training from the command line: every kind, the same bytes again, and nothing written when it fails or is stopped.</summary>
public sealed class TrainTests
{
    [Theory]
    [InlineData("lsh", "")]
    [InlineData("grh", "--set alpha=0.7 --set iterations=2")]
    [InlineData("grh", "--set learner=kernel --set anchors=40")]
    [InlineData("gph", "--set points=40")]
    [InlineData("gph", "--set points=40 --set inference=full --set sweeps=3")]
    [InlineData("itq", "")]
    [InlineData("cca-itq", "--set iterations=20")]
    public async Task Train_writes_a_model_that_says_how_it_came_about(string kind, string settings)
    {
        using var sample = new ClusteredSample();
        string[] labels = kind == "lsh" ? [] : ["--labels", sample.Labels];

        JsonElement line = (await HashDbProcess.JsonAsync(
            [
                "train",
                kind,
                "--features",
                sample.Features,
                .. labels,
                "--bits",
                "12",
                "--out",
                sample["m.hdbm"],
                "--rows",
                "0..300",
                "--seed",
                "4",
                .. Split(settings)
            ])).ShouldHaveSingleItem();

        line.GetProperty("kind").GetString().ShouldBe(kind);
        line.GetProperty("bits").GetInt32().ShouldBe(12);
        line.GetProperty("rows").GetInt32().ShouldBe(300);
        line.GetProperty("trainingRows").GetInt32().ShouldBe(300);
        line.GetProperty("seed").GetInt32().ShouldBe(4);
        line.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        foreach (string setting in Split(settings).Where(word => word.Contains('=')))
            line.GetProperty("options").GetProperty(setting.Split('=')[0]).ToString().ShouldBe(setting.Split('=')[1]);

        IHashModel model = HashModelFile.Load(sample["m.hdbm"]);
        line.GetProperty("fingerprint").GetString().ShouldBe(HashModelFile.Fingerprint(model).ToString());
        JsonElement described = (await HashDbProcess.JsonAsync("model", sample["m.hdbm"])).ShouldHaveSingleItem();
        described.GetProperty("fingerprint").GetString().ShouldBe(line.GetProperty("fingerprint").GetString());
        (await HashDbProcess.JsonAsync("encode", sample["m.hdbm"], "--features", sample.Features, "--out", sample["codes.npy"]))
            .ShouldHaveSingleItem().GetProperty("rows").GetInt32().ShouldBe(sample.Rows);
    }

    [Theory]
    [InlineData("grh", "")]
    [InlineData("gph", "--set points=60")]
    [InlineData("gph", "--set points=60 --set inference=full")]
    [InlineData("cca-itq", "")]
    public async Task Train_writes_the_same_bytes_again_whatever_the_processors(string kind, string settings)
    {
        using var sample = new ClusteredSample();
        var files = new List<byte[]>();
        foreach (string processors in new[] { "", "", "1", "7" })
        {
            var environment = new Dictionary<string, string>();
            if (processors.Length > 0)
                environment["DOTNET_PROCESSOR_COUNT"] = processors;
            CommandResult result = await HashDbProcess.RunAsync(environment,
                [
                    "train",
                    kind,
                    "--features",
                    sample.Features,
                    "--labels",
                    sample.Labels,
                    "--bits",
                    "16",
                    "--out",
                    sample["m.hdbm"],
                    .. Split(settings)
                ]);
            result.ExitCode.ShouldBe(0, result.Error);
            files.Add(await File.ReadAllBytesAsync(sample["m.hdbm"]));
        }

        foreach (byte[] file in files)
            file.ShouldBe(files[0]);
    }

    [Fact]
    public async Task Train_without_labels_takes_neighbours()
    {
        using var sample = new ClusteredSample();

        JsonElement line = (await HashDbProcess.JsonAsync(
            "train", "grh", "--features", sample.Features, "--bits", "8", "--out", sample["m.hdbm"], "--set", "neighbours=10"))
            .ShouldHaveSingleItem();

        line.GetProperty("rows").GetInt32().ShouldBe(sample.Rows);
    }

    [Theory]
    [InlineData("gph --bits 16 --set points=601", "601", "labels.npy")]
    [InlineData("gph --bits 16 --rows 0..100 --set points=101", "101", "labels.npy")]
    [InlineData("itq --bits 13", "13", "labels.npy")]
    [InlineData("gph --bits 16", "same label", "one-class.npy")]
    [InlineData("grh --bits 16", "entries", "short.npy")]
    [InlineData("gph --bits 16", "nosuch.npy", "nosuch.npy")]
    public async Task Train_on_unusable_input_fails_and_writes_nothing(string arguments, string named, string labels)
    {
        using var sample = new ClusteredSample();
        ClusteredSample.Write(sample["one-class.npy"], new int[sample.Rows]);
        ClusteredSample.Write(sample["short.npy"], new int[sample.Rows - 1]);
        string[] before = Directory.GetFiles(sample.Root);

        CommandResult result = await HashDbProcess.RunAsync(
            ["train", .. Split(arguments), "--features", sample.Features, "--labels", sample[labels], "--out", sample["m.hdbm"]]);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain(named);
        Directory.GetFiles(sample.Root).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Train_into_a_folder_that_does_not_exist_fails_before_it_reads()
    {
        using var sample = new ClusteredSample();

        CommandResult result = await HashDbProcess.RunAsync(
            "train", "lsh", "--features", "nosuch.npy", "--bits", "16", "--out", Path.Combine(sample["nowhere"], "m.hdbm"));

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("nowhere");
    }

    [Fact]
    public async Task Train_interrupted_leaves_no_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends SIGINT.");
        using var sample = new ClusteredSample(12_000);
        string[] before = Directory.GetFiles(sample.Root);
        using Process training = HashDbProcess.Start(
            "train", "gph", "--features", sample.Features, "--labels", sample.Labels, "--bits", "64", "--out", sample["m.hdbm"], "--json",
            "--set", "points=1500", "--set", "inference=full");
        Task<string> error = training.StandardError.ReadToEndAsync();
        Task<string> output = training.StandardOutput.ReadToEndAsync();

        await Task.Delay(TimeSpan.FromSeconds(4));
        training.HasExited.ShouldBeFalse("the training was to take longer than this");
        using Process kill = Process.Start("kill", ["-INT", $"{training.Id}"]);
        await kill.WaitForExitAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await training.WaitForExitAsync(timeout.Token);

        training.ExitCode.ShouldBe(1, await error);
        (await error).ShouldContain("cancelled");
        (await output).ShouldBeEmpty();
        Directory.GetFiles(sample.Root).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Help_of_a_kind_lists_every_setting_with_default_and_range()
    {
        foreach (ModelTrainer trainer in ModelTrainer.All)
        {
            CommandResult result = await HashDbProcess.RunAsync("train", trainer.Kind, "--help");

            result.ExitCode.ShouldBe(0);
            string help = string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            foreach (TrainerSetting setting in trainer.Settings)
            {
                result.Output.ShouldContain($"\n  {setting.Name} ");
                help.ShouldContain($"{setting.Range}; default {setting.Default}");
                help.ShouldContain(setting.Description);
            }
        }
    }

    private static string[] Split(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
