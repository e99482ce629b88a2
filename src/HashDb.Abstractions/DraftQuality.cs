namespace HashDb;

/// <summary>
/// The live model and the draft on the same recent labelled items. Compare them with each other, not with other collections.
/// </summary>
/// <param name="LivePrecision">
/// precision@10 of the live model: share of the ten nearest candidates by cosine that have a label of the query; 0 for a query
/// without any.
/// </param>
/// <param name="DraftPrecision">precision@10 of the draft.</param>
/// <param name="LiveCandidates">Mean number of candidates under the live model.</param>
/// <param name="DraftCandidates">Mean number of candidates under the draft.</param>
public sealed record DraftQuality(double LivePrecision, double DraftPrecision, double LiveCandidates, double DraftCandidates);
