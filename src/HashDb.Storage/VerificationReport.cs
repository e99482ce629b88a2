namespace HashDb.Storage;

/// <summary>What a verification read and the damage it found.</summary>
/// <param name="RowsChecked">Rows whose every byte was compared with its checksum.</param>
/// <param name="FilesChecked">Files read.</param>
/// <param name="Damages">The damaged places; empty when all is well.</param>
public sealed record VerificationReport(long RowsChecked, int FilesChecked, IReadOnlyList<Damage> Damages)
{
    /// <summary>True when nothing is damaged.</summary>
    public bool IsSound => Damages.Count == 0;
}
