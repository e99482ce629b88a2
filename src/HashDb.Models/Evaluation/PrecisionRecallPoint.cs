namespace HashDb.Models.Evaluation;

/// <summary>Precision and recall of everything within one Hamming radius, pooled over queries.</summary>
/// <param name="Radius">The radius in bits.</param>
/// <param name="Precision">Similar items found, divided by items found; 0 when nothing was found.</param>
/// <param name="Recall">Similar items found, divided by similar items there are.</param>
public sealed record PrecisionRecallPoint(int Radius, double Precision, double Recall);
