using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Damaging;

/// <summary>What is done to a file.</summary>
internal enum DamageKind
{
    /// <summary>Cut to a length.</summary>
    Truncate,

    /// <summary>One byte inverted.</summary>
    Invert,

    /// <summary>The lowest bit of one byte flipped.</summary>
    FlipBit,

    /// <summary>Removed; with it, at position 1, its twin (both copies of a manifest).</summary>
    Delete,

    /// <summary>Random bytes, as many as the position says, at the end.</summary>
    Append,
}

/// <summary>One damage to one file of a sample database.</summary>
/// <param name="File">Path within the database.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Position">Length or offset.</param>
internal sealed record DamageCase(string File, DamageKind Kind, long Position)
{
    /// <summary>Zeros in a row from which on they are one stretch.</summary>
    private const int LongZeros = 64;
    private const int BitMask = 1;
    private const int ByteMask = 0xFF;

    /// <summary>
    /// Every case, but of long stretches of zeros (rows not used yet, bitmaps of dead rows) the first, the last and every
    /// <paramref name="sparseStep"/>-th byte; of files that another sample has too only the latter.
    /// </summary>
    public static IEnumerable<DamageCase> All(SampleDatabase sample, int sparseStep)
    {
        foreach (string file in sample.Files)
        {
            byte[] bytes = System.IO.File.ReadAllBytes(Path.Combine(sample.Directory, file));
            yield return new DamageCase(file, DamageKind.Delete, 0);
            yield return new DamageCase(file, DamageKind.Append, 1);
            yield return new DamageCase(file, DamageKind.Append, 100);
            foreach (int at in Positions(bytes, sample.IsLikeAnother(file), sparseStep))
            {
                yield return new DamageCase(file, DamageKind.Truncate, at);
                yield return new DamageCase(file, DamageKind.Invert, at);
                yield return new DamageCase(file, DamageKind.FlipBit, at);
            }
            if (Path.GetFileName(file) == Checkpoints.CollectionManifest.FileName)
                yield return new DamageCase(file, DamageKind.Delete, 1);
        }
    }

    private static IEnumerable<int> Positions(byte[] bytes, bool isSparse, int sparseStep)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int zeros = isSparse ? bytes.Length - at : bytes.AsSpan(at).IndexOfAnyExcept((byte)0);
            int end = zeros < 0 ? bytes.Length : at + zeros;
            if (end - at < LongZeros)
            {
                yield return at++;
                continue;
            }
            for (; at < end - 1; at += sparseStep)
                yield return at;
            at = end;
            yield return end - 1;
        }
    }

    public void Apply(string directory)
    {
        string path = Path.Combine(directory, File);
        if (Kind == DamageKind.Delete)
        {
            System.IO.File.Delete(path);
            if (Position == 1)
                System.IO.File.Delete(Path.Combine(Path.GetDirectoryName(path)!, Checkpoints.CollectionManifest.CopyFileName));
            return;
        }
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        switch (Kind)
        {
            case DamageKind.Truncate:
                stream.SetLength(Position);
                break;
            case DamageKind.Append:
                byte[] garbage = new byte[Position];
                new Random((int)SeedMix.Of((ulong)stream.Length, (ulong)Position)).NextBytes(garbage);
                stream.Seek(0, SeekOrigin.End);
                stream.Write(garbage);
                break;
            default:
                stream.Position = Position;
                int old = stream.ReadByte();
                stream.Position = Position;
                stream.WriteByte((byte)(old ^ (Kind == DamageKind.Invert ? ByteMask : BitMask)));
                break;
        }
    }

    /// <summary>Does the damage change or remove any of these bytes?</summary>
    public bool Hits(FileStretch stretch) => stretch.File == File && Kind switch
    {
        DamageKind.Delete => true,
        DamageKind.Append => false,
        DamageKind.Truncate => stretch.Offset + stretch.Length > Position,
        _ => Position >= stretch.Offset && Position < stretch.Offset + stretch.Length,
    };

    public override string ToString() => $"{Kind} {Position} of {File}";
}
