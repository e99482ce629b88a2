namespace HashDb.MessagePack;

/// <summary>Limits of the codec, each with its reason. The writer refuses what the reader would not take back.</summary>
public static class MessagePackLimits
{
    /// <summary>
    /// 64 arrays and maps within one another: documents of people and programs stay far below, and a recursive reader of so many
    /// levels needs a few KiB of stack.
    /// </summary>
    public const int MaxDepth = 64;

    /// <summary>
    /// 16,777,216 elements of one array, or pairs of one map: a list of so many references is 128 MiB. Bulk numbers
    /// travel as binary.
    /// </summary>
    public const int MaxElementCount = 1 << 24;

    /// <summary>1,073,741,791 bytes of one string: the longest string that the runtime holds, in characters.</summary>
    public const int MaxStringBytes = 0x3FFFFFDF;
}
