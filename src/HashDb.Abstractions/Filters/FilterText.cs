// The text of a filter, as FilterParser.cs reads it.
using System.Globalization;
using System.Text;

namespace HashDb.Filters;

internal static class FilterText
{
    public static string Of(Filter filter)
    {
        var text = new StringBuilder();
        Append(text, filter, isInner: false);
        return text.ToString();
    }

    /// <summary>Bytes of UTF-8 of filters with a sign between each two.</summary>
    public static long BytesOf(IReadOnlyList<Filter> parts) =>
        parts.Sum(part => (long)part.TextBytes + (part is AllFilter or AnyFilter ? "()".Length : 0)) + ((parts.Count - 1L) * " && ".Length);

    /// <summary>Bytes of UTF-8 of the negation of a filter.</summary>
    public static long BytesOfNot(Filter part) => part.TextBytes + (IsEqual(part) ? 0 : "!()".Length);

    public static string Of(FieldValue value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Filter filter, bool isInner)
    {
        switch (filter)
        {
            case ComparisonFilter comparison:
                Append(AppendName(text, comparison.Field).Append(' ').Append(Sign(comparison.Operator)).Append(' '), comparison.Value);
                break;
            case InFilter choice:
                AppendName(text, choice.Field).Append(" in (");
                AppendList(text, choice.Values);
                text.Append(')');
                break;
            case ContainsFilter contains:
                Append(AppendName(text, contains.Field).Append(" contains "), contains.Value);
                break;
            case PrefixFilter prefix:
                Append(AppendName(text, prefix.Field).Append(" startsWith "), prefix.Prefix);
                break;
            case ExistsFilter exists:
                AppendName(text.Append("exists("), exists.Field).Append(')');
                break;
            case NotFilter { Part: ComparisonFilter equal } when IsEqual(equal):
                Append(AppendName(text, equal.Field).Append(" != "), equal.Value);
                break;
            case NotFilter not:
                text.Append("!(");
                Append(text, not.Part, isInner: false);
                text.Append(')');
                break;
            case AllFilter all:
                AppendParts(text, all.Parts, " && ", isInner);
                break;
            case AnyFilter any:
                AppendParts(text, any.Parts, " || ", isInner);
                break;
            default:
                text.Append(((ConstantFilter)filter).IsMatch ? "true" : "false");
                break;
        }
    }

    private static bool IsEqual(Filter filter) => filter is ComparisonFilter { Operator: FilterOperator.Equal };

    private static void AppendParts(StringBuilder text, IReadOnlyList<Filter> parts, string between, bool isInner)
    {
        if (isInner)
            text.Append('(');
        for (int i = 0; i < parts.Count; i++)
        {
            if (i > 0)
                text.Append(between);
            Append(text, parts[i], isInner: true);
        }
        if (isInner)
            text.Append(')');
    }

    private static StringBuilder AppendName(StringBuilder text, string name)
    {
        bool isPlain = !FilterTokens.IsWord(name) && FilterTokens.IsNameStart(name[0]) && name.All(FilterTokens.IsNamePart);
        return isPlain ? text.Append(name) : text.Append('`').Append(name.Replace("`", "``", StringComparison.Ordinal)).Append('`');
    }

    private static string Sign(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Equal => "==",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        _ => ">=",
    };

    private static void AppendList(StringBuilder text, IReadOnlyList<FieldValue> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            Append(text, values[i]);
        }
    }

    private static void Append(StringBuilder text, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Null:
                text.Append("null");
                break;
            case FieldKind.Boolean:
                text.Append(value.AsBoolean() ? "true" : "false");
                break;
            case FieldKind.Integer:
                text.Append(CultureInfo.InvariantCulture, $"{value.ToObject()}");
                break;
            case FieldKind.Double:
                string number = value.AsDouble().ToString("R", CultureInfo.InvariantCulture);
                text.Append(number).Append(number.AsSpan().IndexOfAny(".EIN") < 0 ? ".0" : "");
                break;
            case FieldKind.String:
                AppendQuoted(text, value.AsString());
                break;
            case FieldKind.DateTimeOffset:
                text.Append(CultureInfo.InvariantCulture, $"date(\"{value.AsDateTimeOffset():O}\")");
                break;
            case FieldKind.Guid:
                text.Append(CultureInfo.InvariantCulture, $"guid(\"{value.AsGuid()}\")");
                break;
            case FieldKind.Bytes:
                text.Append(CultureInfo.InvariantCulture, $"bytes(\"{Convert.ToBase64String(value.BytesOf())}\")");
                break;
            default:
                text.Append('[');
                AppendList(text, value.AsList());
                text.Append(']');
                break;
        }
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (char.IsControl(c))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }
        text.Append('"');
    }
}
