using System.Diagnostics.CodeAnalysis;
using HashDb.Filters;

namespace HashDb;

/// <summary>A field to compare: <c>Filter.Field("year") >= 2020</c>.</summary>
[SuppressMessage("Usage", "CA2231", Justification = "== makes a filter.")]
[SuppressMessage("Usage", "CA2225", Justification = "The methods of Filter are the alternates.")]
#pragma warning disable CS0660, CS0661 // == makes a filter.
public readonly struct FilterField
#pragma warning restore CS0660, CS0661
{
    internal FilterField(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The field has this value.</summary>
    public static Filter operator ==(FilterField field, FieldValue value) => field.Compare(FilterOperator.Equal, value);

    /// <summary>Not <c>==</c>: true also where there is no such field.</summary>
    public static Filter operator !=(FilterField field, FieldValue value) => Filter.Not(field.Compare(FilterOperator.Equal, value));

    /// <summary>The field is smaller.</summary>
    public static Filter operator <(FilterField field, FieldValue value) => field.Compare(FilterOperator.Less, value);

    /// <summary>The field is smaller or equal.</summary>
    public static Filter operator <=(FilterField field, FieldValue value) => field.Compare(FilterOperator.LessOrEqual, value);

    /// <summary>The field is larger.</summary>
    public static Filter operator >(FilterField field, FieldValue value) => field.Compare(FilterOperator.Greater, value);

    /// <summary>The field is larger or equal.</summary>
    public static Filter operator >=(FilterField field, FieldValue value) => field.Compare(FilterOperator.GreaterOrEqual, value);

    /// <summary>The field has one of these values.</summary>
    public Filter In(params IReadOnlyList<FieldValue> values) => new InFilter(Name, values);

    /// <summary>The field is a list that has this item.</summary>
    public Filter Contains(FieldValue item) => new ContainsFilter(Name, item);

    /// <summary>The field is a text that begins so, compared by ordinal.</summary>
    public Filter StartsWith(string prefix) => new PrefixFilter(Name, prefix);

    /// <summary>The field is there and not null.</summary>
    public Filter Exists() => new ExistsFilter(Name);

    private ComparisonFilter Compare(FilterOperator comparison, FieldValue value) => new ComparisonFilter(Name, comparison, value);
}
