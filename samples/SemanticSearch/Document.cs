namespace SemanticSearch;

/// <summary>A document: its text is what a search understands, everything else comes back with it and can be filtered by.</summary>
internal sealed record Document(string Title, string Url, string Text, string[] Tags, DateTimeOffset Date);
