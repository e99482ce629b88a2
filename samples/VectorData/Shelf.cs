using Microsoft.Extensions.VectorData;

namespace VectorData;

/// <summary>The program. It knows nothing but the contract, so it runs on every store.</summary>
internal static class Shelf
{
    private static readonly Article[] Articles =
    [
        New("tides", "Why there are tides", 2021, ["sea", "moon"], "The moon pulls at the oceans: the water rises and falls twice a day."),
        New("coral", "Coral reefs", 2018, ["sea", "animals"], "Reefs are built by small animals in warm, shallow water."),
        New("whales", "Songs of whales", 2023, ["sea", "animals"], "Whales sing for hours, and their songs travel far through the ocean."),
        New("bread", "Sourdough", 2022, ["kitchen"], "Flour, water and patience: wild yeast makes the dough rise."),
        New("coffee", "Brewing coffee", 2019, ["kitchen"], "Ground beans and hot water; the finer the grind, the stronger the cup."),
        New("owls", "Silent hunters", 2020, ["animals"], "Owls fly without a sound and find mice in the dark by ear."),
    ];

    public static async Task RunAsync(VectorStore store, TextWriter output)
    {
        VectorStoreCollection<string, Article> articles = store.GetCollection<string, Article>("articles");
        await articles.EnsureCollectionExistsAsync();
        await articles.UpsertAsync(Articles);

        await output.WriteLineAsync("music of sea animals:");
        await foreach (VectorSearchResult<Article> result in articles.SearchAsync("music of sea animals", 3))
            await output.WriteLineAsync($"  {result.Score:F2} {result.Record.Title}");

        await output.WriteLineAsync("the same, since 2020 and not about the sea:");
        var options = new VectorSearchOptions<Article> { Filter = article => article.Year >= 2020 && !article.Tags.Contains("sea") };
        await foreach (VectorSearchResult<Article> result in articles.SearchAsync("music of sea animals", 3, options))
            await output.WriteLineAsync($"  {result.Score:F2} {result.Record.Title}");

        await output.WriteLineAsync("kitchen, latest first:");
        var latest = new FilteredRecordRetrievalOptions<Article> { OrderBy = order => order.Descending(article => article.Year) };
        await foreach (Article article in articles.GetAsync(article => article.Tags.Contains("kitchen"), 10, latest))
            await output.WriteLineAsync($"  {article.Year} {article.Title}");

        await articles.DeleteAsync("coffee");
        await output.WriteLineAsync($"coffee is {((await articles.GetAsync("coffee")) is null ? "gone" : "still there")}");
    }

    private static Article New(string key, string title, int year, string[] tags, string text) =>
        new() { Key = key, Title = title, Year = year, Tags = tags, Text = text };
}
