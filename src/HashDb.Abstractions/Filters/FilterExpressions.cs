// Makes a filter of a C# expression. Nothing is compiled: what does not depend on the record is read by following members and, where there
// is more to it, by interpreting the expression.
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;

namespace HashDb.Filters;

[RequiresUnreferencedCode("Captured variables are read by reflection.")]
internal sealed class FilterExpressions(ParameterExpression record, Func<MemberInfo, string> nameOf)
{
    public Filter Translate(Expression expression) => expression switch
    {
        // What does not depend on the record is decided now, as C# would: flags and "from == null || x.Year > from".
        _ when expression.Type == typeof(bool) && ExpressionValue.IsFree(expression) =>
            ExpressionValue.Of(expression) is true ? Filter.All : Filter.Nothing,
        UnaryExpression { NodeType: ExpressionType.Not } not => Filter.Not(Translate(not.Operand)),
        UnaryExpression { NodeType: ExpressionType.Convert } cast when cast.Type == typeof(bool) => Translate(cast.Operand),
        BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } and => Connection(and, Filter.Nothing),
        BinaryExpression { NodeType: ExpressionType.OrElse or ExpressionType.Or } or => Connection(or, Filter.All),
        BinaryExpression comparison => Comparison(comparison),
        MethodCallExpression call => Call(call),
        _ when FieldOf(expression) is { } field && expression.Type == typeof(bool) => Filter.Field(field) == true,
        MemberExpression { Member.Name: "HasValue", Expression: { } nullable }
            when Nullable.GetUnderlyingType(nullable.Type) is not null && FieldOf(nullable) is { } field => Filter.Field(field).Exists(),
        _ => throw Unsupported(expression),
    };

    /// <summary>The right side is not looked at where C# would not: it may hold what is null then.</summary>
    private Filter Connection(BinaryExpression connection, Filter decisive)
    {
        Filter left = Translate(connection.Left);
        if (ReferenceEquals(left, decisive))
            return left;
        Filter right = Translate(connection.Right);
        return ReferenceEquals(decisive, Filter.All) ? Filter.Or(left, right) : Filter.And(left, right);
    }

    private Filter Comparison(BinaryExpression comparison)
    {
        bool isSwapped = FieldOf(comparison.Left) is null;
        Expression other = isSwapped ? comparison.Left : comparison.Right;
        Expression property = isSwapped ? comparison.Right : comparison.Left;
        if (FieldOf(property) is not { } name || !ExpressionValue.IsFree(other))
            throw Unsupported(comparison);
        // Enumerations are stored as names, whose order is another.
        if (comparison.NodeType is not (ExpressionType.Equal or ExpressionType.NotEqual) && IsEnum(property))
            throw Unsupported(comparison);
        FilterField field = Filter.Field(name);
        FieldValue value = ValueOf(other, property);
        if (value.IsNull)
        {
            return comparison.NodeType switch
            {
                ExpressionType.Equal => Filter.Not(field.Exists()),
                ExpressionType.NotEqual => field.Exists(),
                _ => throw Unsupported(comparison),
            };
        }
        return (comparison.NodeType, isSwapped) switch
        {
            (ExpressionType.Equal, _) => field == value,
            (ExpressionType.NotEqual, _) => field != value,
            (ExpressionType.LessThan, false) or (ExpressionType.GreaterThan, true) => field < value,
            (ExpressionType.LessThanOrEqual, false) or (ExpressionType.GreaterThanOrEqual, true) => field <= value,
            (ExpressionType.GreaterThan, false) or (ExpressionType.LessThan, true) => field > value,
            (ExpressionType.GreaterThanOrEqual, false) or (ExpressionType.LessThanOrEqual, true) => field >= value,
            _ => throw Unsupported(comparison),
        };
    }

    private Filter Call(MethodCallExpression call)
    {
        if (call.Method.Name == "StartsWith" && call.Object is { } text && FieldOf(text) is { } prefixed)
        {
            bool isOrdinal = call.Arguments.Count == 1
                || (call.Arguments.Count == 2 && ExpressionValue.Of(call.Arguments[1]) is StringComparison.Ordinal);
            return isOrdinal && ExpressionValue.IsFree(call.Arguments[0]) && ExpressionValue.Of(call.Arguments[0]) is { } prefix
                ? Filter.Field(prefixed).StartsWith(prefix.ToString()!)
                : throw Unsupported(call);
        }
        if (call.Method.Name == "Equals" && call.Object is { } left && call.Arguments.Count == 1 && FieldOf(left) is { } equal
            && ExpressionValue.IsFree(call.Arguments[0]))
            return Filter.Field(equal) == ValueOf(call.Arguments[0], left);
        if (call.Method.Name == "Any" && call.Arguments.Count == 2 && FieldOf(call.Arguments[0]) is { } any
            && Unquote(call.Arguments[1]) is { Body: var body } item)
            return AnyItem(call, any, body, item.Parameters[0]);
        if (!TryContains(call, out Expression list, out Expression wanted))
            throw Unsupported(call);
        if (FieldOf(list) is { } field && ExpressionValue.IsFree(wanted))
            return Filter.Field(field).Contains(FieldValue.FromObject(ExpressionValue.Of(wanted)));
        if (FieldOf(wanted) is { } chosen && ExpressionValue.IsFree(list) && ExpressionValue.Of(list) is IEnumerable values)
            return Filter.Field(chosen).In([.. values.Cast<object?>().Select(value => FieldValue.FromObject(Enumerated(value, wanted)))]);
        throw Unsupported(call);
    }

    /// <summary><c>x.Tags.Any(tag => tag == "a" || wanted.Contains(tag))</c>: an item that is one of some values.</summary>
    private static Filter AnyItem(Expression call, string field, Expression body, ParameterExpression item)
    {
        switch (body)
        {
            case BinaryExpression { NodeType: ExpressionType.OrElse } or:
                return Filter.Or(AnyItem(call, field, or.Left, item), AnyItem(call, field, or.Right, item));
            case BinaryExpression { NodeType: ExpressionType.Equal } equal
                when Plain(equal.Left) == item && ExpressionValue.IsFree(equal.Right):
                return Filter.Field(field).Contains(ValueOf(equal.Right, equal.Left));
            case MethodCallExpression contains when TryContains(contains, out Expression list, out Expression wanted):
                if (Plain(wanted) == item && ExpressionValue.IsFree(list) && ExpressionValue.Of(list) is IEnumerable values)
                {
                    return Filter.Or(
                        [.. values.Cast<object?>().Select(value => Filter.Field(field).Contains(FieldValue.FromObject(value)))]);
                }
                break;
        }
        throw Unsupported(call);
    }

    /// <summary>The field that an expression is, or null.</summary>
    private string? FieldOf(Expression expression) => Plain(expression) switch
    {
        MemberExpression { Member: PropertyInfo or FieldInfo } member when Plain(member.Expression!) == record => nameOf(member.Member),
        MemberExpression { Member.Name: "Value", Expression: { } nullable } when Nullable.GetUnderlyingType(nullable.Type) is not null =>
            FieldOf(nullable),
        MethodCallExpression { Method.Name: "get_Item", Arguments: [var key], Object: { } dictionary } when Plain(dictionary) == record =>
            ExpressionValue.IsFree(key) ? ExpressionValue.Of(key) as string : null,
        _ => null,
    };

    /// <summary>
    /// A call of <c>Contains</c>: an instance method, or an extension of enumerables or spans, whose further arguments choose how items are
    /// compared. Filters have one way, and look for no parts of texts.
    /// </summary>
    private static bool TryContains(MethodCallExpression call, out Expression list, out Expression wanted)
    {
        int first = call.Object is null ? 1 : 0;
        list = call.Object ?? call.Arguments[0];
        wanted = call.Arguments.Count > first ? call.Arguments[first] : list;
        if (call.Method.Name != "Contains" || call.Arguments.Count <= first)
            return false;
        list = Plain(list);
        return list.Type != typeof(string)
            && call.Arguments.Skip(first + 1).All(comparer => ExpressionValue.IsFree(comparer) && ExpressionValue.Of(comparer) is null);
    }

    /// <summary>Without conversions that keep the value, also those to spans that the compiler puts around lists.</summary>
    private static Expression Plain(Expression expression) => expression switch
    {
        UnaryExpression { NodeType: ExpressionType.TypeAs } cast => Plain(cast.Operand),
        UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } cast
            when KeepsValue(cast.Operand.Type, cast.Type) => Plain(cast.Operand),
        MethodCallExpression { Method.Name: "op_Implicit", Arguments: [var argument] } => Plain(argument),
        _ => expression,
    };

    /// <summary>False for a cast between numbers that may round or cut, such as <c>(int)x.Score</c>.</summary>
    private static bool KeepsValue(Type from, Type to)
    {
        (from, to) = (Nullable.GetUnderlyingType(from) ?? from, Nullable.GetUnderlyingType(to) ?? to);
        if (from == to || from.IsEnum || !from.IsPrimitive || !to.IsPrimitive)
            return true;
        TypeCode wide = Type.GetTypeCode(to);
        return Type.GetTypeCode(from) switch
        {
            TypeCode.SByte => wide is TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 or TypeCode.Single or TypeCode.Double,
            TypeCode.Byte => wide is TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64
                or TypeCode.UInt64 or TypeCode.Single or TypeCode.Double,
            TypeCode.Int16 => wide is TypeCode.Int32 or TypeCode.Int64 or TypeCode.Single or TypeCode.Double,
            TypeCode.UInt16 => wide is TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Single
                or TypeCode.Double,
            TypeCode.Int32 => wide is TypeCode.Int64 or TypeCode.Double,
            TypeCode.UInt32 => wide is TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double,
            // The compiler casts a long that is compared with a double; filters compare the two exactly.
            TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Single => wide is TypeCode.Double,
            _ => false,
        };
    }

    private static bool IsEnum(Expression field) => (Nullable.GetUnderlyingType(Plain(field).Type) ?? Plain(field).Type).IsEnum;

    private static LambdaExpression? Unquote(Expression expression) =>
        (expression is UnaryExpression { NodeType: ExpressionType.Quote } quote ? quote.Operand : expression) as LambdaExpression;

    private static FieldValue ValueOf(Expression expression, Expression field) =>
        FieldValue.FromObject(Enumerated(ExpressionValue.Of(expression), field));

    /// <summary>The compiler compares enumerations as numbers; fields hold their names.</summary>
    private static object? Enumerated(object? value, Expression field)
    {
        Type type = Nullable.GetUnderlyingType(Plain(field).Type) ?? Plain(field).Type;
        return value is not null && type.IsEnum && value is not Enum ? Enum.ToObject(type, value) : value;
    }

    internal static NotSupportedException Unsupported(Expression expression) => new(
        $"A filter cannot be made of '{expression}'. It may have properties of the record compared with values (==, !=, <, <=, >, >=, "
        + "null), &&, ||, !, list.Contains(x.Property), x.List.Contains(value), x.List.Any(item => item == value) and "
        + "x.Text.StartsWith(value).");
}
