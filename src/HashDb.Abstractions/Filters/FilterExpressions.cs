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
        UnaryExpression { NodeType: ExpressionType.Not } not => Filter.Not(Translate(not.Operand)),
        UnaryExpression { NodeType: ExpressionType.Convert } cast when cast.Type == typeof(bool) => Translate(cast.Operand),
        BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } and => Filter.And(
            Translate(and.Left), Translate(and.Right)),
        BinaryExpression { NodeType: ExpressionType.OrElse or ExpressionType.Or } or => Filter.Or(
            Translate(or.Left), Translate(or.Right)),
        BinaryExpression comparison => Comparison(comparison),
        MethodCallExpression call => Call(call),
        ConstantExpression { Value: bool value } => value ? Filter.All : Filter.Nothing,
        _ when FieldOf(expression) is { } field && expression.Type == typeof(bool) => Filter.Field(field) == true,
        _ => throw Unsupported(expression),
    };

    private Filter Comparison(BinaryExpression comparison)
    {
        bool isSwapped = FieldOf(comparison.Left) is null;
        Expression other = isSwapped ? comparison.Left : comparison.Right;
        if (FieldOf(isSwapped ? comparison.Right : comparison.Left) is not { } name || DependsOnRecord(other))
            throw Unsupported(comparison);
        FilterField field = Filter.Field(name);
        FieldValue value = ValueOf(other, isSwapped ? comparison.Right : comparison.Left);
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
                || (call.Arguments.Count == 2 && Evaluate(call.Arguments[1]) is StringComparison.Ordinal);
            return isOrdinal && Evaluate(call.Arguments[0]) is { } prefix
                ? Filter.Field(prefixed).StartsWith(prefix.ToString()!)
                : throw Unsupported(call);
        }
        if (call.Method.Name == "Equals" && call.Object is { } left && call.Arguments.Count == 1 && FieldOf(left) is { } equal)
            return Filter.Field(equal) == FieldValue.FromObject(Evaluate(call.Arguments[0]));
        if (call.Method.Name == "Any" && call.Arguments.Count == 2 && FieldOf(call.Arguments[0]) is { } any
            && Unquote(call.Arguments[1]) is { Body: var body } item)
            return AnyItem(call, any, body, item.Parameters[0]);
        if (call.Method.Name != "Contains")
            throw Unsupported(call);
        // An instance method, or an extension of enumerables or spans, whose further arguments choose how items are compared.
        Expression list = Plain(call.Object ?? call.Arguments[0]);
        Expression wanted = call.Arguments[call.Object is null ? 1 : 0];
        if (FieldOf(list) is { } field && list.Type != typeof(string) && !DependsOnRecord(wanted))
            return Filter.Field(field).Contains(FieldValue.FromObject(Evaluate(wanted)));
        if (FieldOf(wanted) is { } chosen && !DependsOnRecord(list) && Evaluate(list) is IEnumerable values)
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
            case BinaryExpression { NodeType: ExpressionType.Equal } equal when Plain(equal.Left) == item:
                return Filter.Field(field).Contains(FieldValue.FromObject(Evaluate(equal.Right)));
            case MethodCallExpression { Method.Name: "Contains" } contains:
                Expression list = Plain(contains.Object ?? contains.Arguments[0]);
                if (Plain(contains.Arguments[contains.Object is null ? 1 : 0]) == item && Evaluate(list) is IEnumerable values)
                    return Filter.Or([.. values.Cast<object?>().Select(value => Filter.Field(field).Contains(FieldValue.FromObject(value)))]);
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
            Evaluate(key) as string,
        _ => null,
    };

    /// <summary>Without conversions, also those to spans that the compiler puts around lists.</summary>
    private static Expression Plain(Expression expression) => expression switch
    {
        UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked or ExpressionType.TypeAs } cast =>
            Plain(cast.Operand),
        MethodCallExpression { Method.Name: "op_Implicit", Arguments: [var argument] } => Plain(argument),
        _ => expression,
    };

    private static LambdaExpression? Unquote(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Quote } quote ? quote.Operand as LambdaExpression : expression as LambdaExpression;

    private static FieldValue ValueOf(Expression expression, Expression field) => FieldValue.FromObject(Enumerated(Evaluate(expression), field));

    /// <summary>The compiler compares enumerations as numbers; fields hold their names.</summary>
    private static object? Enumerated(object? value, Expression field)
    {
        Type type = Nullable.GetUnderlyingType(Plain(field).Type) ?? Plain(field).Type;
        return value is not null && type.IsEnum && value is not Enum ? Enum.ToObject(type, value) : value;
    }

    private bool DependsOnRecord(Expression expression)
    {
        var finder = new ParameterFinder(record);
        finder.Visit(expression);
        return finder.IsFound;
    }

    private static object? Evaluate(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member:
                return field.GetValue(member.Expression is null ? null : Evaluate(member.Expression));
            case MemberExpression { Member: PropertyInfo property } member:
                return property.GetValue(member.Expression is null ? null : Evaluate(member.Expression));
            case UnaryExpression { NodeType: ExpressionType.Convert } cast when Nullable.GetUnderlyingType(cast.Type) is not null
                || !cast.Type.IsValueType:
                return Evaluate(cast.Operand);
            default:
                Expression boxed = Expression.Convert(expression, typeof(object));
                return Expression.Lambda<Func<object?>>(boxed).Compile(preferInterpretation: true)();
        }
    }

    private static NotSupportedException Unsupported(Expression expression) => new(
        $"A filter cannot be made of '{expression}'. It may have properties of the record compared with values (==, !=, <, <=, >, >=, null), "
        + "&&, ||, !, list.Contains(x.Property), x.List.Contains(value), x.List.Any(item => item == value) and x.Text.StartsWith(value).");

    private sealed class ParameterFinder(ParameterExpression parameter) : ExpressionVisitor
    {
        public bool IsFound { get; private set; }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            IsFound |= node == parameter;
            return node;
        }
    }
}
