using System.Globalization;

namespace HashDb.Checks;

/// <summary>What an error calls an item of a batch. Its text is made only when there is an error to tell.</summary>
/// <param name="Kind">What it is: "Record", "Query", "Item".</param>
/// <param name="Index">Its place in the batch; -1 when it stands alone.</param>
/// <param name="Id">Its id, when it has one.</param>
public readonly record struct ItemName(string Kind, int Index = -1, VectorId? Id = null)
{
    /// <inheritdoc/>
    public override string ToString() => (Index, Id) switch
    {
        ( < 0, _) => Kind,
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Index}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Index} (id {Id})"),
    };
}
