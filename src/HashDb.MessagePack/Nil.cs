namespace HashDb.MessagePack;

/// <summary>The value nil; what <see cref="MessagePackReader.ReadNil"/> returns.</summary>
public readonly record struct Nil
{
    /// <summary>The one value.</summary>
    public static readonly Nil Default;

    /// <inheritdoc/>
    public override string ToString() => "()";
}
