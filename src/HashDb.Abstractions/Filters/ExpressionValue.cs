// The values of expressions that do not depend on a record: variables, members of them, and what is calculated from both.
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;

namespace HashDb.Filters;

[RequiresUnreferencedCode("Captured variables are read by reflection.")]
internal static class ExpressionValue
{
    /// <summary>True when an expression names no parameter but those of lambdas in it.</summary>
    public static bool IsFree(Expression expression)
    {
        var finder = new ParameterFinder();
        finder.Visit(expression);
        return !finder.IsFound;
    }

    /// <summary>The value; members are followed, and only what is more than that is interpreted.</summary>
    public static object? Of(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member:
                return field.GetValue(OwnerOf(member));
            case MemberExpression { Member: PropertyInfo property } member when property.DeclaringType is not { IsByRefLike: true }:
                return property.GetValue(OwnerOf(member));
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } cast
                when !cast.Type.IsValueType || Nullable.GetUnderlyingType(cast.Type) == cast.Operand.Type:
                return Of(cast.Operand);
            default:
                Expression boxed = Expression.Convert(expression, typeof(object));
                return Expression.Lambda<Func<object?>>(boxed).Compile(preferInterpretation: true)();
        }
    }

    private static object? OwnerOf(MemberExpression member)
    {
        if (member.Expression is null)
            return null;
        return Of(member.Expression) ?? throw new InvalidOperationException($"A filter reads '{member}' of null.");
    }

    private sealed class ParameterFinder : ExpressionVisitor
    {
        private readonly HashSet<ParameterExpression> _own = [];

        public bool IsFound { get; private set; }

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            _own.UnionWith(node.Parameters);
            return base.VisitLambda(node);
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            IsFound |= !_own.Contains(node);
            return node;
        }
    }
}
