namespace SemanticSearch;

/// <summary>A document as an answer shows it; the distance is 0 for the same meaning, and about 1 where there is no relation.</summary>
internal sealed record FoundDocument(string Key, float Distance, Document Document);
