namespace HashDb.Storage.Faults.SystemCalls;

internal enum FileCallKind
{
    /// <summary>Not a call: something that the watched process says.</summary>
    Mark,
    Write,
    SetLength,
    Flush,

    /// <summary>An open that makes the file.</summary>
    Create,

    /// <summary>An open of what is there already; changes nothing.</summary>
    Open,
    Rename,
    Unlink,
    MakeDirectory,
    RemoveDirectory,

    /// <summary>A mapping for reading; changes nothing.</summary>
    Map,
}

/// <summary>A system call of the watched process that concerns a file below the watched folder.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Path">Of the file, relative to the watched folder; for a mark what is said.</param>
internal sealed record FileCall(FileCallKind Kind, string Path)
{
    /// <summary>Of a rename.</summary>
    public string Target { get; init; } = "";

    /// <summary>Where a write begins; the new length of a file.</summary>
    public long Offset { get; init; }

    /// <summary>What is written.</summary>
    public byte[] Data { get; init; } = [];

    public override string ToString() => Kind switch
    {
        FileCallKind.Write => $"write of {Data.Length} bytes at {Offset} of {Path}",
        FileCallKind.SetLength => $"length of {Path} set to {Offset}",
        FileCallKind.Rename => $"rename of {Path} to {Target}",
        _ => $"{Kind} {Path}",
    };
}
