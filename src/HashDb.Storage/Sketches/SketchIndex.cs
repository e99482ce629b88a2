// The sketches of a generation, by cell. The files are derived, and proved when they are opened: a block whose checksum does not fit its
// own bytes and the vectors of its rows is not used, and rows that no block holds are encoded again. So nothing here is flushed, and no
// damage to it costs more than time.
//
// One writer (the commit loop, or the build of a generation before it is live), which has in memory the block of each cell that it is
// filling. Readers see blocks through the mapping of the files, so that a collection larger than memory works; they take a cell's
// blocks as one object, and look only at rows below the row count that was published when they began. A block that cannot be written is
// read where it is, in the writer's memory.
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Files;
using HashDb.Storage.Records;

namespace HashDb.Storage.Sketches;

internal sealed unsafe class SketchIndex : IDisposable
{
    public const uint Magic = 0x53444248; // "HBDS"
    public const string FileName = "sketches";

    private readonly ExtentSet _files;
    private readonly RecordStore _records;
    private readonly SketchCell[] _cells;
    private readonly OpenBlock[] _open;
    private readonly (uint Next, uint End)[] _reserved;
    private readonly Queue<uint> _freeBlocks = [];
    private readonly SketchBuffers _buffers;
    private readonly List<int> _touched = [];
    private readonly float[] _scratch;
    private readonly byte[] _bits;
    private readonly RowCells _rowCells;
    private uint _blockCount;
    private readonly Action<Exception> _onUnwritten;
    private bool _hasUnwritten;
    private SketchCalibration? _calibration;

    /// <param name="directory">Folder of the generation.</param>
    /// <param name="collectionId">Bound into every header.</param>
    /// <param name="generation">Bound into every header.</param>
    /// <param name="metric">The metric to estimate.</param>
    /// <param name="model">The cells.</param>
    /// <param name="areHashcodes">The hashcodes of the generation are the numbers of these cells.</param>
    /// <param name="records">The rows.</param>
    /// <param name="isReadOnly">True to map what is there and write nothing; blocks that the files lack are held in memory.</param>
    /// <param name="onUnwritten">Told the first time that a block cannot be written.</param>
    public SketchIndex(
        string directory,
        Guid collectionId,
        uint generation,
        DistanceMetric metric,
        CellsModel model,
        bool areHashcodes,
        RecordStore records,
        bool isReadOnly,
        Action<Exception> onUnwritten)
    {
        _onUnwritten = onUnwritten;
        Encoder = new SketchEncoder(metric, model);
        _files = new ExtentSet(directory, FileName, Magic, collectionId, generation, Encoder.Shape.BlockBytes, isReadOnly);
        _buffers = new SketchBuffers(Encoder.Shape.BlockBytes);
        _records = records;
        _cells = new SketchCell[model.CellCount];
        Array.Fill(_cells, SketchCell.Empty);
        _open = new OpenBlock[model.CellCount];
        _reserved = new (uint, uint)[model.CellCount];
        _scratch = new float[Encoder.Shape.Dimensions + Encoder.Shape.Length];
        _bits = new byte[Encoder.Shape.Lines];
        _rowCells = new RowCells(model, areHashcodes, records);
    }

    public SketchEncoder Encoder { get; }

    public SketchShape Shape => Encoder.Shape;

    public int CellCount => _cells.Length;

    /// <summary>What recall costs here; null until it was measured.</summary>
    public SketchCalibration? Calibration
    {
        get => Volatile.Read(ref _calibration);
        set => Volatile.Write(ref _calibration, value);
    }

    /// <summary>Memory for queries, to be taken for one and put back.</summary>
    public ConcurrentBag<SketchQuery> Queries { get; } = [];

    /// <summary>Its files, for a copy: a block that changes while it is copied is made anew from the vectors.</summary>
    public ExtentSet Files => _files;

    public long BlockCount => _blockCount;

    public long FileBytes => _files.FileBytes;

    /// <summary>Anonymous memory that it holds.</summary>
    public long MemoryBytes => Encoder.MemoryBytes + _buffers.Bytes;

    public SketchCell Cell(int cell) => Volatile.Read(ref _cells[cell]);

    /// <summary>Takes over the sound blocks of the files, and encodes the rows that they do not hold.</summary>
    public void Open(CodeStore codes, long rowCount)
    {
        var covered = new CoveredRows(rowCount);
        OpenBlocks(rowCount, covered);
        for (uint row = 0; row < rowCount; row++)
        {
            if (!covered.Contains(row) && !_records.Dead.IsDead(row))
                Add(row, _rowCells.Of(row, codes.Row(row)));
        }
        Publish();
    }

    /// <summary>
    /// Takes the first rows of a generation, whose vectors are in the record files, cell behind cell; dead rows are left out.
    /// </summary>
    /// <param name="codes">Their hashcodes.</param>
    /// <param name="rowCount">How many.</param>
    /// <param name="onRow">Called once for each row and step, of which there are two.</param>
    public void Build(CodeStore codes, uint rowCount, Action onRow)
    {
        int[] cells = new int[rowCount];
        int[] rowsOfCells = new int[CellCount];
        for (uint row = 0; row < rowCount; row++)
        {
            onRow();
            if (_records.Dead.IsDead(row))
                continue;
            cells[row] = Checked(row, _rowCells.Of(row, codes.Row(row)));
            rowsOfCells[cells[row]]++;
        }
        Reserve(rowsOfCells);
        for (uint row = 0; row < rowCount; row++)
        {
            onRow();
            if (!_records.Dead.IsDead(row))
                Add(row, cells[row]);
        }
        Publish();
    }

    /// <summary>Says how many rows of each cell will come, so that the full blocks of a cell lie behind each other.</summary>
    private void Reserve(ReadOnlySpan<int> rowsOfCells)
    {
        for (int cell = 0; cell < rowsOfCells.Length; cell++)
        {
            uint first = _blockCount;
            _blockCount += (uint)(rowsOfCells[cell] / SketchShape.BlockRows);
            _reserved[cell] = (first, _blockCount);
        }
    }

    /// <summary>Adds consecutive rows, whose vectors are in the record files, and whose hashcodes are given.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="codes">Their hashcodes.</param>
    /// <param name="codeBytes">Bytes of one row's, of all tables.</param>
    public void Append(uint firstRow, ReadOnlySpan<byte> codes, int codeBytes)
    {
        for (int i = 0; i < codes.Length / codeBytes; i++)
            Add(firstRow + (uint)i, _rowCells.Of(firstRow + (uint)i, codes.Slice(i * codeBytes, codeBytes)));
        Publish();
    }

    /// <summary>Adds a row that readers see from the next <see cref="Publish"/> on.</summary>
    private void Add(uint row, int cell)
    {
        ref OpenBlock open = ref _open[Checked(row, cell)];
        if (open.Buffer == 0)
            Begin(cell, ref open);
        if (!open.IsTouched)
        {
            open.IsTouched = true;
            _touched.Add(cell);
        }
        ReadOnlySpan<float> vector = MemoryMarshal.Cast<byte, float>(_records.Vectors.Row(row));
        SketchBlock.Add(Shape, (byte*)open.Buffer, row, _bits, Encoder.Encode(vector, cell, _bits, _scratch));
        if (SketchBlock.CountOf((byte*)open.Buffer) == SketchShape.BlockRows)
            Store(cell, ref open);
    }

    private int Checked(uint row, int cell) => cell < _cells.Length
        ? cell
        : throw new CorruptDataException(_files.PathOf(0), -1, $"row {row} has the hashcode of cell {cell}; there are {_cells.Length}");

    /// <summary>Shows readers what was added.</summary>
    private void Publish()
    {
        foreach (int cell in _touched)
        {
            ref OpenBlock open = ref _open[cell];
            open.IsTouched = false;
            if (open.Buffer != 0)
                Store(cell, ref open);
        }
        _touched.Clear();
    }

    public void Dispose()
    {
        _files.Dispose();
        _buffers.Dispose();
    }

    /// <summary>Cuts the files to their used length, after <see cref="Dispose"/>.</summary>
    public void Trim() => _files.Trim(_blockCount);

    private void OpenBlocks(long rowCount, CoveredRows covered)
    {
        long blocks = 0;
        for (int extent = 0; _files.CheckFile(extent, 0, out _) is null; extent++)
        {
            long whole = Math.Max(0, new FileInfo(_files.PathOf(extent)).Length - FileHeader.Length) / Shape.BlockBytes;
            blocks = _files.Layout.FirstRow(extent) + Math.Min(whole, _files.Layout.RowCapacity(extent));
            if (whole < _files.Layout.RowCapacity(extent))
                break;
        }
        _files.Open(blocks);
        _blockCount = (uint)blocks;
        byte[] read = new byte[Shape.BlockBytes];
        for (uint block = 0; block < blocks; block++)
        {
            byte* address = _files.RowPointer(block);
            bool isRead = IsReadable(block, read);
            int cell = isRead ? SketchBlock.CellOf(address) : -1;
            bool isSound = isRead && SketchBlock.IsSound(Shape, address, _records, rowCount, _cells.Length);
            bool isFull = isSound && SketchBlock.CountOf(address) == SketchShape.BlockRows;
            // A block that is not full is gone on filling; a second one of the same cell, which a crash has left, is not used.
            if (!isSound || (!isFull && _open[cell].Buffer != 0) || !covered.TryAdd(SketchBlock.RowsOf(Shape, address)))
            {
                _freeBlocks.Enqueue(block);
                continue;
            }
            if (isFull)
            {
                _cells[cell] = _cells[cell].WithFull((nint)address);
                continue;
            }
            byte* buffer = _buffers.Rent();
            Buffer.MemoryCopy(address, buffer, Shape.BlockBytes, Shape.BlockBytes);
            _open[cell] = new OpenBlock { Buffer = (nint)buffer, Number = block };
            _cells[cell] = _cells[cell] with { Open = (nint)address };
        }
    }

    /// <summary>Can the device give a block? In the mapping one that it cannot would end the process.</summary>
    private bool IsReadable(uint block, byte[] bytes)
    {
        try
        {
            _files.ReadRows(block, bytes);
            return true;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }

    private void Begin(int cell, ref OpenBlock open)
    {
        byte* buffer = _buffers.Rent();
        SketchBlock.Begin(Shape, buffer, cell);
        ref (uint Next, uint End) reserved = ref _reserved[cell];
        uint number = reserved.Next < reserved.End ? reserved.Next++
            : _freeBlocks.TryDequeue(out uint free) ? free
            : _blockCount++;
        open = open with { Buffer = (nint)buffer, Number = number };
    }

    /// <summary>Writes a block to its file, and shows it to readers.</summary>
    private void Store(int cell, ref OpenBlock open)
    {
        var block = (byte*)open.Buffer;
        nint address = open.IsInMemory ? open.Buffer : Write(open.Number, block);
        open.IsInMemory = address == open.Buffer;
        if (SketchBlock.CountOf(block) == SketchShape.BlockRows)
        {
            Volatile.Write(ref _cells[cell], _cells[cell].WithFull(address) with { Open = 0 });
            if (!open.IsInMemory)
                _buffers.Return(block);
            open = new OpenBlock { IsTouched = open.IsTouched };
        }
        else if (_cells[cell].Open != address)
        {
            Volatile.Write(ref _cells[cell], _cells[cell] with { Open = address });
        }
    }

    private nint Write(uint number, byte* block)
    {
        if (_files.IsReadOnly)
            return (nint)block;
        SketchBlock.Seal(Shape, block, _records);
        try
        {
            // The header last: it says how many rows there are.
            _files.WritePart(number, SketchShape.HeaderBytes, new ReadOnlySpan<byte>(block, Shape.BlockBytes)[SketchShape.HeaderBytes..]);
            _files.WritePart(number, 0, new ReadOnlySpan<byte>(block, SketchShape.HeaderBytes));
            return (nint)_files.RowPointer(number);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            // A full device, say. Nothing is lost, because nothing here is the only copy.
            if (!_hasUnwritten)
                _onUnwritten(exception);
            _hasUnwritten = true;
            return (nint)block;
        }
    }

    /// <summary>The block of a cell that is being filled: the writer's copy, and where in the files it belongs.</summary>
    private record struct OpenBlock
    {
        public nint Buffer { get; init; }

        public uint Number { get; init; }

        public bool IsTouched { get; set; }

        /// <summary>It could not be written, and is read in the writer's memory for good.</summary>
        public bool IsInMemory { get; set; }
    }
}
