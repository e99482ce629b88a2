namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>How far one item may move a hyperplane (Crammer, Dekel, Keshet, Shalev-Shwartz and Singer 2006).</summary>
public enum GrhStreamRule
{
    /// <summary>PA-I: as far as the loss asks for, at most by the cost: <c>min(C, loss / |x|^2)</c>.</summary>
    PassiveAggressive1 = 0,

    /// <summary>PA-II: softened instead of cut off: <c>loss / (|x|^2 + 1 / (2 C))</c>.</summary>
    PassiveAggressive2 = 1,
}
