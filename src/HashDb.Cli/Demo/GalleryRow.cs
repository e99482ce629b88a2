
namespace HashDb.Cli.Demo;

/// <summary>One query and its nearest items.</summary>
/// <param name="Query">Row number of the query.</param>
/// <param name="Hits">Its ten nearest other items, nearest first.</param>
/// <param name="Candidates">Items whose distance was computed, the query left out.</param>
internal sealed record GalleryRow(int Query, IReadOnlyList<SearchHit> Hits, int Candidates);
