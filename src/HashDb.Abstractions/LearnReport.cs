namespace HashDb;

/// <summary>What a draft made of the items of one call.</summary>
/// <param name="ItemCount">Items of the call.</param>
/// <param name="MovedCount">How many of them moved a hyperplane of the draft; the others lie where they should, or have no label.</param>
public sealed record LearnReport(int ItemCount, int MovedCount);
