using HashDb.Models.Data;

namespace HashDb.Cli.Input;

/// <summary>Which files records are made of, and which ids they get.</summary>
/// <param name="FeaturesPath">The vectors.</param>
/// <param name="LabelsPath">Class labels, one entry for each row, or null.</param>
/// <param name="IdsPath">Ids, one for each row, or null to count.</param>
/// <param name="FirstId">Id of the first row taken when counting; its row number when null.</param>
/// <param name="Rows">The rows to take; all when null.</param>
internal sealed record RecordSourceOptions(string FeaturesPath, string? LabelsPath, string? IdsPath, ulong? FirstId, RowRange? Rows)
{
    /// <summary>Keys, a line for each row, for a collection whose keys are texts or UUIDs; or null.</summary>
    public string? KeysPath { get; init; }

    /// <summary>Fields, a JSON object on a line for each row; or null.</summary>
    public string? FieldsPath { get; init; }
}
