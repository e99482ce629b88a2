using HashDb.Filters;

namespace HashDb.Storage.FieldIndexes;

/// <summary>Which fields a filter's terms look at.</summary>
internal static class IndexedTerms
{
    /// <summary>The field of a term; null for what has none.</summary>
    public static string? FieldOf(Filter term) => term switch
    {
        ComparisonFilter comparison => comparison.Field,
        InFilter choice => choice.Field,
        ContainsFilter contains => contains.Field,
        PrefixFilter prefix => prefix.Field,
        ExistsFilter exists => exists.Field,
        _ => null,
    };
}
