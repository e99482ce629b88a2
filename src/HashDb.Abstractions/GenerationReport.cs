using HashDb.Models;

namespace HashDb;

/// <summary>What a change of generation did.</summary>
/// <param name="Generation">Number of the generation that is live now.</param>
/// <param name="ModelFingerprint">Fingerprint of its model.</param>
/// <param name="Rows">Rows that it has, dead ones included.</param>
/// <param name="EncodedRows">Rows whose vectors were encoded; the others took their hashcodes from an earlier generation.</param>
/// <param name="Elapsed">Wall time, start to end.</param>
/// <param name="WritePause">For how long writes waited while the generations were switched. Searches never wait.</param>
public sealed record GenerationReport(
    long Generation, ModelFingerprint ModelFingerprint, long Rows, long EncodedRows, TimeSpan Elapsed, TimeSpan WritePause);
