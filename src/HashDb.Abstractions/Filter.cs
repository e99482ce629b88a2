// A condition on the fields of records: one tree, which is built here, from text (Filters/FilterParser.cs) or from a C# expression
// (Filters/FilterExpressions.cs), and evaluated over stored bytes (Filters/FilterMatcher.cs). docs/FILTERS.md has the meaning.
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Text;
using HashDb.Fields;
using HashDb.Filters;

namespace HashDb;

/// <summary>
/// A condition on the fields of records: <c>Filter.Field("year") >= 2020 &amp; Filter.Field("tags").Contains("sea")</c>. Immutable. Two
/// filters are equal when their texts are.
/// </summary>
public abstract class Filter : IEquatable<Filter>
{
    private FilterMatcher? _matcher;
    private string? _text;

    /// <summary>A leaf; it calls <see cref="MeasureText"/> when it is made.</summary>
    private protected Filter() => (Terms, Depth) = (1, 1);

    /// <param name="textBytes">Bytes of UTF-8 of its text, which is not made for it.</param>
    private protected Filter(IReadOnlyList<Filter> parts, long textBytes)
    {
        Terms = 1 + parts.Sum(part => part.Terms);
        Depth = 1 + parts.Max(part => part.Depth);
        if (Terms > StorageLimits.MaxFilterTerms)
            throw new ArgumentException(
                $"The filter has {Terms} terms; the limit is {StorageLimits.MaxFilterTerms}. Use 'in' for many values.");
        if (Depth > StorageLimits.MaxFilterDepth)
            throw new ArgumentException($"The filter has {Depth} levels; the limit is {StorageLimits.MaxFilterDepth}.");
        TextBytes = CheckText(textBytes);
    }

    /// <summary>Matches every record.</summary>
    public static Filter All { get; } = new ConstantFilter(true);

    /// <summary>Matches no record.</summary>
    public static Filter Nothing { get; } = new ConstantFilter(false);

    /// <summary>Comparisons, negations and connections in it, at most <see cref="StorageLimits.MaxFilterTerms"/>.</summary>
    public int Terms { get; }

    /// <summary>It, ready to be evaluated.</summary>
    public FilterMatcher Matcher => _matcher ??= new FilterMatcher(this);

    internal int Depth { get; }

    /// <summary>Bytes of UTF-8 of its text, so that whatever can be built can be sent and read.</summary>
    internal int TextBytes { get; private set; }

    /// <summary>A field to compare.</summary>
    /// <param name="name">Its name; <c>$labels</c> for the labels, <c>$key</c> for the key.</param>
    public static FilterField Field(string name) => new(name);

    /// <summary>A filter from its text, such as <c>year >= 2020 &amp;&amp; tags contains "sea"</c>.</summary>
    /// <exception cref="FilterSyntaxException">It is no filter; says where, what was found and what was expected.</exception>
    public static Filter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FilterParser.Parse(text);
    }

    /// <summary>
    /// A filter from an expression over the properties of a record type: comparisons with values, <c>&amp;&amp;</c>, <c>||</c>, <c>!</c>,
    /// <c>list.Contains(x.Property)</c>, <c>x.List.Contains(value)</c>, <c>x.Text.StartsWith(value)</c>, comparisons with null.
    /// </summary>
    /// <param name="predicate">The expression. Variables are read now.</param>
    /// <param name="nameOf">The field of a property; its own name or that of <c>JsonPropertyName</c> when null.</param>
    /// <exception cref="NotSupportedException">There is something else in it; says what.</exception>
    [RequiresUnreferencedCode("Captured variables are read by reflection.")]
    public static Filter Where<T>(Expression<Func<T, bool>> predicate, Func<System.Reflection.MemberInfo, string>? nameOf = null)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new FilterExpressions(predicate.Parameters[0], nameOf ?? FieldObjects.NameOf).Translate(predicate.Body);
    }

    /// <summary>Both.</summary>
    public static Filter operator &(Filter left, Filter right) => And(left, right);

    /// <summary>At least one of both.</summary>
    public static Filter operator |(Filter left, Filter right) => Or(left, right);

    /// <summary>What the filter does not match.</summary>
    public static Filter operator !(Filter filter) => Not(filter);

    /// <summary>All of them; everything when there are none.</summary>
    public static Filter And(params IReadOnlyList<Filter> filters)
    {
        Filter[] parts = [.. filters.SelectMany(filter => filter is AllFilter all ? all.Parts : [Checked(filter)])];
        return parts.Length switch { 0 => All, 1 => parts[0], _ => new AllFilter(parts) };
    }

    /// <summary>At least one of them; nothing when there are none.</summary>
    public static Filter Or(params IReadOnlyList<Filter> filters)
    {
        Filter[] parts = [.. filters.SelectMany(filter => filter is AnyFilter any ? any.Parts : [Checked(filter)])];
        return parts.Length switch { 0 => Nothing, 1 => parts[0], _ => new AnyFilter(parts) };
    }

    /// <summary>What a filter does not match.</summary>
    public static Filter Not(Filter filter) => Checked(filter) is NotFilter not ? not.Part : new NotFilter(filter);

    /// <summary>Never true, so that <c>&amp;&amp;</c> makes an <see cref="AllFilter"/>.</summary>
    public static bool operator true(Filter filter) => false;

    /// <summary>Never true, so that <c>||</c> makes an <see cref="AnyFilter"/>.</summary>
    public static bool operator false(Filter filter) => false;

    /// <inheritdoc/>
    public bool Equals(Filter? other) => other is not null && (ReferenceEquals(this, other) || ToString() == other.ToString());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Filter);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Its text; <see cref="Parse"/> makes an equal filter of it.</summary>
    public override string ToString() => _text ??= FilterText.Of(this);

    private protected void MeasureText() => TextBytes = CheckText(Encoding.UTF8.GetByteCount(FilterText.Of(this)));

    /// <summary>Checks the length of a text, or of what is surely a part of one.</summary>
    private protected static int CheckText(long bytes) => bytes <= StorageLimits.MaxFilterTextBytes
        ? (int)bytes
        : throw new ArgumentException(
            $"The filter, written as text, has at least {bytes} bytes; the limit is {StorageLimits.MaxFilterTextBytes}.");

    private protected static string CheckField(string field)
    {
        FieldNames.CheckInFilter(field, nameof(field));
        return field;
    }

    private protected static FieldValue CheckValue(string field, FieldValue value) => value.Kind switch
    {
        FieldKind.Null => throw new ArgumentException(
            $"The field '{Quoted.Cut(field)}' is compared with null. Use exists({Quoted.Cut(field)}), or !exists({Quoted.Cut(field)}).",
            nameof(value)),
        FieldKind.List => throw new ArgumentException(
            $"The field '{Quoted.Cut(field)}' is compared with a list. Use 'in' for a choice of values, and 'contains' for "
            + "lists.",
            nameof(value)),
        FieldKind.Double when double.IsNaN(value.AsDouble()) => throw new ArgumentException(
            $"The field '{Quoted.Cut(field)}' is compared with NaN, which equals nothing.", nameof(value)),
        FieldKind.String when LengthOf(value) > StorageLimits.MaxFilterTextBytes => throw new ArgumentException(
            $"The field '{Quoted.Cut(field)}' is compared with a text of {LengthOf(value)} characters; the limit of a filter is "
            + $"{StorageLimits.MaxFilterTextBytes} bytes.",
            nameof(value)),
        FieldKind.Bytes when LengthOf(value) > StorageLimits.MaxFilterTextBytes => throw new ArgumentException(
            $"The field '{Quoted.Cut(field)}' is compared with {LengthOf(value)} bytes; the limit of a filter is "
            + $"{StorageLimits.MaxFilterTextBytes} bytes.",
            nameof(value)),
        FieldKind.String when !Quoted.IsUnicode(value.AsString()) => throw new ArgumentException(
            $"The field '{Quoted.Cut(field)}' is compared with a text that has half of a surrogate pair, so it is no Unicode.",
            nameof(value)),
        _ => value,
    };

    /// <summary>Characters of a text, or bytes: no more than the value takes in a filter's text.</summary>
    private protected static int LengthOf(FieldValue value) => value.Kind switch
    {
        FieldKind.String => value.AsString().Length,
        FieldKind.Bytes => value.BytesOf().Length,
        _ => 1,
    };

    private static Filter Checked(Filter filter) => filter ?? throw new ArgumentNullException(nameof(filter));
}
