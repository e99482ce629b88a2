namespace HashDb;

/// <summary>One answer of a search: an id and its exact distance from the query under the collection's metric.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Distance">Its distance.</param>
public readonly record struct SearchHit(VectorId Id, float Distance)
{
    /// <summary>
    /// The parts of the record that <see cref="SearchOptions.Include"/> asks for, of the version whose distance this is; null when
    /// nothing was asked for and the keys are numbers. Other parts are empty.
    /// </summary>
    public VectorRecord? Record { get; init; }

    /// <summary>Its key.</summary>
    public RecordKey Key => Record?.Key ?? new RecordKey(Id.Value);
}
