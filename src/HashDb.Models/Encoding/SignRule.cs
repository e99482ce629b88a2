namespace HashDb.Models.Encoding;

/// <summary>On which side of zero a function value sets its bit.</summary>
public enum SignRule
{
    /// <summary>The bit is set when the value is &gt;= 0 (LSH, GRH).</summary>
    NonNegative = 0,

    /// <summary>The bit is set when the value is &gt; 0 (GPH).</summary>
    Positive = 1,
}
