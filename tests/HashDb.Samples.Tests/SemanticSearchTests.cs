using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HashDb.Client.Tests.Support;
using HashDb.Samples.Tests.Support;

namespace HashDb.Samples.Tests;

/// <summary>samples/SemanticSearch as somebody runs it, over the documentation of compression alone: that is there in seconds.</summary>
public sealed class SemanticSearchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Sample_finds_documentation_by_its_meaning_and_filters_it()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using SearchProcess sample = await SearchProcess.StartAsync(_directory["db"], timeout.Token);
        (await sample.LoadedAsync()).ShouldStartWith("40, 40 of them new");
        (await sample.Http.GetStringAsync("health", timeout.Token)).ShouldBe("Healthy");

        (await TitlesAsync("q=pack files into one archive&top=3")).ShouldContain(title => title.Contains("Zip", StringComparison.Ordinal));
        (await TitlesAsync("q=archive")).Length.ShouldBe(10);
        string[] types = await TitlesAsync("""q=archive&top=1000&filter=tags contains "type" """);
        types.Length.ShouldBeInRange(1, 39);
        string[] others = await TitlesAsync("""q=archive&top=1000&filter=!(tags contains "type")""");
        (types.Length + others.Length).ShouldBe(40);
        (await TitlesAsync("""q=archive&filter=date < date("2002-01-01")""")).ShouldBeEmpty();

        await AssertRefusedAsync("q=archive&filter=tags contains", "The filter");
        await AssertRefusedAsync("q=archive&top=0", "Top");
        (await sample.Http.GetAsync("search", timeout.Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var document = new
        {
            title = "Penguins",
            url = "https://example.org/penguins",
            text = "Penguins are birds that cannot fly.",
            tags = new[] { "birds" },
            date = DateTimeOffset.UtcNow,
        };
        (await sample.Http.PutAsJsonAsync("documents/penguins", document, timeout.Token)).EnsureSuccessStatusCode();
        (await TitlesAsync("q=animals of the antarctic&top=1")).ShouldBe(["Penguins"]);
        using HttpResponseMessage refused =
            await sample.Http.PutAsJsonAsync($"documents/{new string('x', 513)}", document, timeout.Token);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync(timeout.Token)).ShouldContain("512");

        async Task<string[]> TitlesAsync(string query)
        {
            JsonElement found = await sample.Http.GetFromJsonAsync<JsonElement>($"search?{Escape(query)}", timeout.Token);
            return [.. found.EnumerateArray().Select(one => one.GetProperty("document").GetProperty("title").GetString()!)];
        }

        async Task AssertRefusedAsync(string query, string reason)
        {
            using HttpResponseMessage answer = await sample.Http.GetAsync($"search?{Escape(query)}", timeout.Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync(timeout.Token)).ShouldContain(reason);
        }
    }

    [Fact]
    public async Task Sample_that_was_killed_stores_nothing_twice()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using (SearchProcess first = await SearchProcess.StartAsync(_directory["db"], timeout.Token))
            (await first.LoadedAsync()).ShouldStartWith("40, 40 of them new");

        await using SearchProcess second = await SearchProcess.StartAsync(_directory["db"], timeout.Token);
        (await second.LoadedAsync()).ShouldStartWith("40, 0 of them new");
    }

    /// <summary>Values of a query as a browser would send them.</summary>
    private static string Escape(string query) => string.Join('&', query.Split('&').Select(part =>
    {
        int at = part.IndexOf('=', StringComparison.Ordinal);
        return part[..(at + 1)] + Uri.EscapeDataString(part[(at + 1)..]);
    }));
}
