using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;

namespace HashDb.Extensions.VectorData.Internal;

/// <summary>Puts the names of fields in the place of those of dictionary entries: <c>record["Key"]</c>.</summary>
[RequiresUnreferencedCode("Records are read and written by reflection.")]
internal sealed class FilterNames(RecordModel model, ParameterExpression record) : ExpressionVisitor
{
    public static Filter Translate<TRecord>(RecordModel model, Expression<Func<TRecord, bool>> predicate)
    {
        var visited = (Expression<Func<TRecord, bool>>)new FilterNames(model, predicate.Parameters[0]).Visit(predicate);
        return Filter.Where(visited, member => model.FieldOf(member.Name));
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node is { Method.Name: "get_Item", Arguments: [ConstantExpression { Value: string name }] } && node.Object == record)
            return node.Update(node.Object, [Expression.Constant(model.FieldOf(name))]);
        return base.VisitMethodCall(node);
    }
}
