namespace HashDb.MessagePack;

/// <summary>Extension types that the specification defines.</summary>
public static class ReservedMessagePackExtensionTypeCode
{
    /// <summary>Timestamp.</summary>
    public const sbyte DateTime = -1;
}
