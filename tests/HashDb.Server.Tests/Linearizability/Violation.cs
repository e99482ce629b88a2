using System.Text;

namespace HashDb.Server.Tests.Linearizability;

/// <summary>An answer that no order of the operations explains, with what happened around it.</summary>
/// <param name="Kind">In which way it is wrong.</param>
/// <param name="Answer">The operation that got it.</param>
/// <param name="Possible">What may have been stored when the call ended, 0 for nothing, as far as earlier answers tell.</param>
/// <param name="Around">The operations on the same id shortly before it and at the same time.</param>
internal sealed record Violation(ViolationKind Kind, Operation Answer, IReadOnlyList<long> Possible, IReadOnlyList<Operation> Around)
{
    public override string ToString()
    {
        var text = new StringBuilder($"{Kind} answer: {Answer}");
        text.Append($"\n  stored may have been: {string.Join(", ", Possible)} (0 is no record)");
        foreach (Operation operation in Around)
            text.Append($"\n  {(ReferenceEquals(operation, Answer) ? ">" : " ")} {operation}");
        return text.ToString();
    }
}
