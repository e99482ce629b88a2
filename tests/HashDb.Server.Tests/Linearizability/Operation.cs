using System.Globalization;

namespace HashDb.Server.Tests.Linearizability;

/// <summary>One operation on one id, as its caller saw it.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Version">What was stored or seen; 0 stands for no record. Every write of an id has a version of its own.</param>
/// <param name="Invoked">When the call began.</param>
/// <param name="Returned">When it ended; <see cref="Never"/> when nobody knows whether it was carried out.</param>
internal sealed record Operation(OperationKind Kind, long Version, long Invoked, long Returned)
{
    public const long Never = long.MaxValue;

    /// <summary>Whether a record was there before, as a write was told; null when it was not told.</summary>
    public bool? Found { get; init; }

    /// <summary>Who called.</summary>
    public int Thread { get; init; }

    /// <summary>How it was seen, for the reader of a report.</summary>
    public string? How { get; init; }

    /// <summary>What is wrong with the answer in itself, whatever the history is: <see cref="ViolationKind.Torn"/> or doubled.</summary>
    public ViolationKind? Defect { get; init; }

    /// <summary>True when its answer tells that it changed nothing.</summary>
    public bool OnlyLooks => this is { Kind: OperationKind.Read or OperationKind.Miss }
        or { Kind: OperationKind.Insert, Found: true } or { Kind: OperationKind.Delete, Found: false };

    /// <summary>Applies the operation to what is stored.</summary>
    /// <returns>What is stored afterwards, or null when the answer that was seen is not possible here.</returns>
    public long? ApplyTo(long stored) => Kind switch
    {
        _ when Defect is not null => null,
        OperationKind.Read => stored == Version ? stored : null,
        OperationKind.Miss => stored != Version ? stored : null,
        _ when Found is { } found && found != (stored != 0) => null,
        OperationKind.Upsert => Version,
        OperationKind.Insert => stored == 0 ? Version : stored,
        OperationKind.Delete => 0,
        _ => throw new InvalidOperationException($"{Kind} is not a kind of operation."),
    };

    public override string ToString()
    {
        string told = Found switch { null => "", true => ", told that a record was there", false => ", told that none was there" };
        string returned = Returned == Never ? "?" : Returned.ToString(CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture, $"thread {Thread} {Invoked}..{returned} {How ?? Kind.ToString()} {Kind} version {Version}{told}");
    }
}
