namespace HashDb.Storage.Sketches;

/// <summary>What turns a row's sum of signs into an estimated distance, and how far that may be off.</summary>
/// <param name="Offset">Added to what the cell and the query give.</param>
/// <param name="Slope">Times the sum, to be subtracted.</param>
/// <param name="Spread">Standard deviation of the estimate for a query at distance 1 from the centre.</param>
internal readonly record struct SketchFactors(float Offset, float Slope, float Spread);
