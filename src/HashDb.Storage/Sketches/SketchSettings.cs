namespace HashDb.Storage.Sketches;

/// <summary>How a search goes about it.</summary>
/// <param name="Cells">Cells to scan, nearest first.</param>
/// <param name="Deviations">Vectors are read in the order of their estimate minus so many standard deviations of its error.</param>
/// <param name="Limit">At most so many vectors are read.</param>
/// <param name="ExpectedRecall">Recall that this gave when it was measured; NaN when it was not.</param>
internal readonly record struct SketchSettings(int Cells, float Deviations, int Limit, float ExpectedRecall);
