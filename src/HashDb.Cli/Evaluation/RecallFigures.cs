namespace HashDb.Cli.Evaluation;

/// <summary>One setting, measured.</summary>
/// <param name="Model">Kind of the model, or its file.</param>
/// <param name="Setting">What the search was asked for.</param>
/// <param name="Recall">Share of the true nearest that was found.</param>
/// <param name="QueriesPerSecond">On one thread, one after the other.</param>
/// <param name="InsertsPerSecond">Durable, in batches.</param>
/// <param name="Ready">From the first insert until the collection had trained its cells.</param>
/// <param name="BytesPerVector">Memory beside the vectors.</param>
/// <param name="Read">Vectors that a query read, in the mean.</param>
internal sealed record RecallFigures(
    string Model,
    string Setting,
    double Recall,
    double QueriesPerSecond,
    double InsertsPerSecond,
    TimeSpan Ready,
    double BytesPerVector,
    double Read);
