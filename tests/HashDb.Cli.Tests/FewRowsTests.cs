using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

// Defaults that few rows cannot meet, such as 300 inducing points, were refused in words that named no setting and ended in "Actual value
// was 300".
public sealed class FewRowsTests : IDisposable
{
    private readonly ClusteredSample _sample = new(60);

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData("gph", "", true, "points is 40 in place of the default 300")]
    [InlineData("grh", "--set learner=kernel", true, "anchors is 40 in place of the default 1000")]
    [InlineData("grh", "", false, "neighbours is 39 in place of the default 50")]
    [InlineData("grh", "--set affinity=neighbours", true, "neighbours is 39 in place of the default 50")]
    [InlineData("grh", "", true, "")]
    [InlineData("gph", "--set points=40", true, "")]
    public async Task Default_that_the_rows_cannot_meet_gives_way_with_a_note(string kind, string settings, bool withLabels, string note)
    {
        CommandResult result = await TrainAsync(kind, settings, withLabels, "0..40");

        result.ExitCode.ShouldBe(0, result.Error);
        if (note.Length == 0)
            result.Error.ShouldBeEmpty();
        else
            result.Error.ShouldStartWith($"hashdb: note: {note}");
        result.Lines.ShouldHaveSingleItem().GetProperty("trainingRows").GetInt32().ShouldBe(40);
    }

    [Theory]
    [InlineData("gph", "--set points=41", true, "0..40", "points is 41", "at most 40")]
    [InlineData("gph", "--set points=300", true, "0..40", "points is 300", "at most 40")]
    [InlineData("grh", "--set learner=kernel --set anchors=41", true, "0..40", "anchors is 41", "at most 40")]
    [InlineData("grh", "--set neighbours=40", false, "0..40", "neighbours is 40", "at most 39")]
    [InlineData("grh", "--set neighbours=50", false, "0..40", "neighbours is 50", "train on more rows")]
    [InlineData("grh", "", false, "0..1", "neighbours is 50", "1 training rows")]
    [InlineData("itq", "", false, "0..40", "16 bits", "at most 12 bits")]
    [InlineData("grh", "--set start=cca-itq", false, "0..60", "start is cca-itq", "give labels")]
    [InlineData("grh", "--set affinity=labels", false, "0..60", "affinity is labels", "give labels")]
    public async Task Setting_that_was_chosen_is_refused_with_its_name_value_limit_and_the_way_out(
        string kind, string settings, bool withLabels, string rows, params string[] named)
    {
        CommandResult result = await TrainAsync(kind, settings, withLabels, rows);

        result.ExitCode.ShouldBe(1, result.Output);
        result.Error.Count(c => c == '\n').ShouldBe(1, result.Error);
        foreach (string name in named)
            result.Error.ShouldContain(name);
        result.Error.ShouldNotContain("Actual value");
        result.Error.ShouldNotContain("(Parameter");
        File.Exists(_sample["m.hdbm"]).ShouldBeFalse();
    }

    private Task<CommandResult> TrainAsync(string kind, string settings, bool withLabels, string rows) => HashDbProcess.RunAsync(
    [
        "train", kind, "--features", _sample.Features, .. withLabels ? ["--labels", _sample.Labels] : Array.Empty<string>(),
        .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--rows", rows, "--bits", "16", "--out", _sample["m.hdbm"], "--json",
    ]);
}
