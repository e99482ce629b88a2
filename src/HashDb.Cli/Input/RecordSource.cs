// Rows of a feature file as records: with an id each, and labels when there are any. The label and id files have an entry
// for every row of the feature file; a range of rows takes the same part of each.
using System.Runtime.CompilerServices;
using HashDb.Client;
using HashDb.Models.Data;

namespace HashDb.Cli.Input;

internal sealed class RecordSource : IDisposable
{
    /// <summary>1 MiB of vectors in one array: records share it, and the next rows get a new one.</summary>
    private const int ChunkBytes = 1024 * 1024;

    private readonly FeatureSource _features;
    private readonly LabelSet? _labels;
    private readonly ulong[]? _ids;
    private readonly ulong _firstId;

    private readonly RecordSourceOptions _options;

    private RecordSource(RecordSourceOptions options, FeatureSource features, LabelSet? labels, ulong[]? ids, ulong firstId)
    {
        _options = options;
        _features = features;
        _labels = labels;
        _ids = ids;
        _firstId = firstId;
    }

    public long Count => _features.Count;

    public static RecordSource Open(RecordSourceOptions options)
    {
        FeatureSource features = FeatureSource.Open(options.FeaturesPath, options.Rows);
        try
        {
            LabelSet? labels = options.LabelsPath is null ? null : LabelFile.Read(options.LabelsPath, options.Rows, features.FileRowCount);
            ulong[]? ids = options.IdsPath is null ? null : IdFile.Read(options.IdsPath, options.Rows);
            CheckCount(options.LabelsPath, labels?.Count, features);
            CheckCount(options.IdsPath, ids?.Length, features);
            ulong firstId = options.FirstId ?? (ulong)features.FirstRow;
            if (ids is null && features.Count > 0 && firstId > ulong.MaxValue - (ulong)(features.Count - 1))
                throw new ArgumentException(
                    $"--first-id {firstId} leaves no ids for {features.Count} rows: the largest id is {ulong.MaxValue}.");
            return new RecordSource(options, features, labels, ids, firstId);
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    /// <summary>Imports all rows; a failure names the rows of the file.</summary>
    public async Task<ImportProgress> ImportIntoAsync(
        HashDbCollection collection, ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        if (_features.Dimensions != collection.Dimensions)
        {
            throw new ArgumentException(
                $"{_features.Path} has vectors of {_features.Dimensions} dimensions, the collection {collection.Name} wants "
                + $"{collection.Dimensions}.");
        }

        bool areNumbers = collection.Keys == KeyKind.Number;
        if (areNumbers != (_options.KeysPath is null))
        {
            throw new ArgumentException(areNumbers
                ? $"The keys of the collection {collection.Name} are numbers: give --ids or --first-id in place of --keys."
                : $"The keys of the collection {collection.Name} are of the kind {collection.Keys}: give them with --keys FILE.txt.");
        }

        using LineFile? keys = _options.KeysPath is { } keysPath ? LineFile.Open(keysPath, _features.FirstRow) : null;
        using LineFile? fields = _options.FieldsPath is { } fieldsPath ? LineFile.Open(fieldsPath, _features.FirstRow) : null;
        try
        {
            return await collection.ImportAsync(
                ReadAsync(collection.Keys, keys, fields, cancellationToken), options, progress, cancellationToken);
        }
        catch (ImportException failure)
        {
            throw new HashDbException(failure.Code, Describe(failure), failure, failure.IsTransient);
        }
    }

    public void Dispose() => _features.Dispose();

    private string Describe(ImportException failure)
    {
        long next = _features.FirstRow + failure.AcknowledgedRecords;
        string place = failure.FailedRecords > 0
            ? $"rows {next} to {next + failure.FailedRecords - 1} of {_features.Path} were refused"
            : $"{_features.Path} could not be read on";
        string stored = failure.AcknowledgedRecords > 0 ? $"Rows {_features.FirstRow} to {next - 1} are stored." : "No row is stored.";
        return $"{place}: {failure.InnerException?.Message} {stored}";
    }

    private async IAsyncEnumerable<VectorRecord> ReadAsync(
        KeyKind kind, LineFile? keys, LineFile? fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The import reads this on its own thread of control; files are read synchronously, a mebibyte at a time.
        await Task.CompletedTask;
        int dimensions = _features.Dimensions;
        int rowsAtOnce = Math.Max(1, ChunkBytes / (4 * dimensions));
        long offset = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] chunk = new float[(int)Math.Min(rowsAtOnce, Math.Max(1, _features.Count - offset)) * dimensions];
            int count = _features.Read(chunk);
            if (count == 0)
                yield break;
            for (int i = 0; i < count; i++, offset++)
            {
                ulong id = _ids is null ? _firstId + (ulong)offset : _ids[offset];
                yield return new VectorRecord
                {
                    Key = keys is null ? id : keys.NextKey(kind),
                    Vector = chunk.AsMemory(i * dimensions, dimensions),
                    Labels = _labels is null ? default : _labels[(int)offset].ToArray(),
                    Payload = fields is null ? default : PayloadOf(fields),
                };
            }
        }
    }

    private static byte[] PayloadOf(LineFile fields)
    {
        RecordFields read = fields.NextFields();
        try
        {
            return read.Encode();
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"{fields.Path}, line {fields.Line}: {error.Message}");
        }
    }

    private static void CheckCount(string? path, long? count, FeatureSource features)
    {
        if (count is not null && count != features.Count)
            throw new ArgumentException($"{path} has {count} entries, but {features.Path} has {features.Count} rows.");
    }
}
