// What a search must do for a recall, measured on a generation's own rows and kept with it: docs/FILE-FORMAT.md, "Calibration". A
// search's work is a function of this, the query and the data, so it is the same before and after a restart.
using System.Buffers.Binary;
using HashDb.Models.Files;
using HashDb.Serialization;

namespace HashDb.Storage.Sketches;

internal sealed class SketchCalibration
{
    public const string FileName = "calibration";

    /// <summary>Numbers of results for which it was measured: each about three times the one before.</summary>
    public static ReadOnlySpan<int> Tops => [1, 3, 10, 30, 100, 300, 1_000];

    /// <summary>Recalls for which it was measured.</summary>
    public static ReadOnlySpan<float> Targets => [.5f, .7f, .8f, .85f, .9f, .925f, .95f, .97f, .98f, .99f, .995f, .999f];

    private const uint Magic = 0x4B444248; // "HBDK"
    private const uint Version = 2;
    private const int HeaderBytes = 32;
    private const int EntryBytes = 16;

    /// <summary>Without a measurement: all cells, and a bound that the Gaussian error passes for one row in a thousand.</summary>
    private const float UnmeasuredDeviations = 3;
    private const int UnmeasuredLimit = 4_096;

    /// <summary>Fewer vectors are not worth a limit.</summary>
    private const int MinLimit = 64;

    private readonly SketchSettings[] _entries;

    public SketchCalibration(long rowCount, SketchSettings[] entries)
    {
        RowCount = rowCount;
        _entries = entries;
    }

    /// <summary>Rows of the generation when it was measured.</summary>
    public long RowCount { get; }

    /// <summary>Entries in order of <see cref="Tops"/>, and for each of these of <see cref="Targets"/>.</summary>
    public ReadOnlySpan<SketchSettings> Entries => _entries;

    /// <summary>What to do for a number of results and a recall.</summary>
    /// <param name="calibration">What was measured; null for nothing.</param>
    /// <param name="cellCount">Cells that there are.</param>
    /// <param name="top">Results wanted.</param>
    /// <param name="target">Recall wanted, below 1.</param>
    public static SketchSettings For(SketchCalibration? calibration, int cellCount, int top, double target)
    {
        int measured = 0;
        while (measured < Targets.Length && Targets[measured] < (float)target - 1e-6f)
            measured++;
        if (calibration is null || measured == Targets.Length)
            return new SketchSettings(cellCount, UnmeasuredDeviations, UnmeasuredLimit + (4 * top), float.NaN);
        int column = 0;
        while (column < Tops.Length - 1 && Tops[column] < top)
            column++;
        SketchSettings settings = calibration._entries[(column * Targets.Length) + measured];
        int times = Math.Max(1, (top + Tops[column] - 1) / Tops[column]);
        return settings with { Limit = (int)Math.Min(int.MaxValue / 4, (long)settings.Limit * times) };
    }

    /// <summary>
    /// The cells for any number of results: those of the next number that was measured, and beyond the last as many times more as there
    /// are more results.
    /// </summary>
    public static int CellsFor(SketchCalibration? calibration, int cellCount, double top, double target)
    {
        int last = Tops[^1];
        double cells = For(calibration, cellCount, (int)Math.Min(last, Math.Ceiling(top)), target).Cells;
        return (int)Math.Min(cellCount, Math.Ceiling(cells * Math.Max(1, top / last)));
    }

    /// <summary>
    /// The cells for the rows among which matches are looked for that are spread evenly: where more are needed than were measured, the
    /// nearest may lie in any cell.
    /// </summary>
    public static int CellsForMatches(SketchCalibration? calibration, int cellCount, double top, double target) =>
        IsBeyond(top) ? cellCount : CellsFor(calibration, cellCount, top, TargetOfMatches(target));

    /// <summary>Are these more results than were measured?</summary>
    public static bool IsBeyond(double top) => top > Tops[^1];

    /// <summary>Two thirds of what may be missed: which rows match is one more thing that the measurement did not see.</summary>
    public static double TargetOfMatches(double target) => 1 - ((1 - target) * 2 / 3);

    /// <summary>Vectors that may be read where a share of the rows matches: twice that share of those without a filter.</summary>
    public static int LimitOfShare(int limit, int wanted, double share) =>
        (int)Math.Min(int.MaxValue / 4, MinLimit + wanted + Math.Ceiling(limit * Math.Min(1, 2 * share)));

    public void Write(string directory, Guid collectionId, uint generation)
    {
        byte[] bytes = new byte[HeaderBytes + (_entries.Length * EntryBytes) + sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), RowCount);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), _entries.Length);
        for (int i = 0; i < _entries.Length; i++)
        {
            Span<byte> entry = bytes.AsSpan(HeaderBytes + (i * EntryBytes), EntryBytes);
            BinaryPrimitives.WriteInt32LittleEndian(entry, _entries[i].Cells);
            BinaryPrimitives.WriteSingleLittleEndian(entry[4..], _entries[i].Deviations);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], _entries[i].Limit);
            BinaryPrimitives.WriteSingleLittleEndian(entry[12..], _entries[i].ExpectedRecall);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)), ChecksumOf(bytes, collectionId, generation));
        AtomicFile.Write(Path.Combine(directory, FileName), bytes);
    }

    /// <summary>Reads what was measured; null when there is nothing sound: it is measured again.</summary>
    public static SketchCalibration? Read(string directory, Guid collectionId, uint generation, int cellCount)
    {
        string path = Path.Combine(directory, FileName);
        int count = Tops.Length * Targets.Length;
        int length = HeaderBytes + (count * EntryBytes) + sizeof(uint);
        if (!File.Exists(path) || new FileInfo(path).Length != length)
            return null;
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length != length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(length - sizeof(uint))) != ChecksumOf(bytes, collectionId, generation)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16)) != count)
            return null;
        var entries = new SketchSettings[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = bytes.AsSpan(HeaderBytes + (i * EntryBytes), EntryBytes);
            entries[i] = new SketchSettings(
                BinaryPrimitives.ReadInt32LittleEndian(entry),
                BinaryPrimitives.ReadSingleLittleEndian(entry[4..]),
                BinaryPrimitives.ReadInt32LittleEndian(entry[8..]),
                BinaryPrimitives.ReadSingleLittleEndian(entry[12..]));
            if (entries[i].Cells < 1 || entries[i].Cells > cellCount || entries[i].Limit < 1)
                return null;
        }
        return new SketchCalibration(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), entries);
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes, Guid collectionId, uint generation)
    {
        uint state = Checksum.Append(Checksum.InitialState, collectionId.ToByteArray());
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, generation);
        return Checksum.Finish(Checksum.Append(Checksum.Append(state, number), bytes[..^sizeof(uint)]));
    }
}
