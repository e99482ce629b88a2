namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>A class of a stream: how often it occurred and what code it is to have. Used by one thread.</summary>
internal sealed class StreamClass(int label, int outputs)
{
    /// <summary>Its label.</summary>
    public int Label { get; } = label;

    /// <summary>Items of the class so far.</summary>
    public long Count { get; set; }

    /// <summary>How often it occurs among the labels of the item at hand; 0 in between.</summary>
    public int Weight { get; set; }

    /// <summary>The code that its items shall get, +1 or -1, <c>tables * bits</c>.</summary>
    public float[] Target { get; } = new float[outputs];

    /// <summary>The sum of the codes that its first <see cref="GrhStreamOptions.SettlingItems"/> items had, as +1 and -1.</summary>
    public int[] CodeSums { get; } = new int[outputs];
}
