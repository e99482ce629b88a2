namespace HashDb.Cli.Evaluation;

/// <summary>One line of the comparison.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Model">The model with all its settings.</param>
/// <param name="TrainingCount">Rows it is trained on.</param>
/// <param name="Points">Inducing points or anchors; 0 for models without.</param>
/// <param name="Published">The published value, or null.</param>
/// <param name="Reference">The reference's value, or null.</param>
internal sealed record PaperRow(
    string Name, ModelVariant Model, int TrainingCount, int Points, KnownFigure? Published, KnownFigure? Reference)
{
    /// <summary>Name and size, as charts call it.</summary>
    public string Title => Points > 0 ? FormattableString.Invariant($"{Name}, {Points:N0}") : Name;
}
