namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>The rule that says what code an item of a stream shall have. Used by one thread.</summary>
internal interface IStreamTargets
{
    /// <summary>Gives the target of an item and remembers what the rule needs of it.</summary>
    /// <param name="labels">The labels of the item; a label may occur several times and then counts as often.</param>
    /// <param name="values">The item's function values, <c>tableCount * bitCount</c>.</param>
    /// <param name="target">Receives as many entries, +1 or -1.</param>
    /// <returns>False when the item has no target and nothing shall be moved.</returns>
    bool Fill(ReadOnlySpan<int> labels, ReadOnlySpan<float> values, Span<float> target);
}
