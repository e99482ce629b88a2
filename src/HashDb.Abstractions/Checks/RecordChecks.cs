// What a record or a query must be before anything is done with it. Mistakes of the caller throw the standard exceptions and
// name the record, the value and the limit.
using System.Globalization;
using HashDb.Fields;
using HashDb.Models;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Checks;

/// <summary>What a record or a query must be; both implementations of the contract refuse the rest with the same words.</summary>
public static class RecordChecks
{
    /// <summary>Checks how many items one write has.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="StorageLimits.MaxBatchRecords"/>.</exception>
    public static void CheckBatch<T>(IReadOnlyList<T> items, string parameter)
    {
        ArgumentNullException.ThrowIfNull(items, parameter);
        CheckBatchCount(items.Count, parameter);
    }

    /// <inheritdoc cref="CheckBatch" path="/summary|/exception"/>
    public static void CheckBatchCount(int count, string parameter)
    {
        if (count > StorageLimits.MaxBatchRecords)
            throw new ArgumentException(
                $"One write takes at most {StorageLimits.MaxBatchRecords} items; {count} were given. Split it.", parameter);
    }

    /// <summary>Checks the stamp of a write, if it has one.</summary>
    /// <exception cref="ArgumentException">The client id is all zeros, or the number is negative or too large.</exception>
    public static void CheckStamp(WriteStamp? stamp, int operations)
    {
        if (stamp is not { } mark)
            return;
        if (mark.ClientId == Guid.Empty)
            throw new ArgumentException("The stamp's client id is all zeros; pick a random one.", nameof(stamp));
        if (mark.SequenceNumber < 0 || mark.SequenceNumber > long.MaxValue - operations)
            throw new ArgumentOutOfRangeException(
                nameof(stamp),
                mark.SequenceNumber,
                $"The stamp's sequence number is {mark.SequenceNumber}; it must be 0 to {long.MaxValue - operations}.");
        if (mark.Floor < 1)
            throw new ArgumentOutOfRangeException(
                nameof(stamp), mark.Floor, $"The stamp's floor is {mark.Floor}; it is at least 1, or none is given.");
    }

    /// <summary>Checks the id of a client.</summary>
    /// <exception cref="ArgumentException">It is all zeros.</exception>
    public static void CheckClientId(Guid clientId, string parameter)
    {
        if (clientId == Guid.Empty)
            throw new ArgumentException("The client id is all zeros; pick a random one.", parameter);
    }

    /// <summary>Checks every record of a batch, and that its columns add up.</summary>
    /// <exception cref="ArgumentException">A record is not as it must be; names the record, the value and the limit.</exception>
    public static void CheckRecords(RecordBatch records, int dimensions, DistanceMetric metric, KeyKind keys = KeyKind.Number)
    {
        ArgumentNullException.ThrowIfNull(records);
        int count = records.Count;
        CheckBatchCount(count, nameof(records));
        if (records.Vectors.Length != (long)count * dimensions)
            throw WrongVectors(records, dimensions);
        CheckColumn(records.LabelCounts.Span, records.Labels.Length, count, "labels");
        CheckColumn(records.PayloadLengths.Span, records.Payloads.Length, count, "bytes of payload");
        ReadOnlySpan<float> vectors = records.Vectors.Span;
        ReadOnlySpan<VectorId> ids = records.Ids.Span;
        int payloadAt = 0;
        int labelAt = 0;
        for (int i = 0; i < count; i++)
        {
            var name = new ItemName("Record", i, ids[i]);
            CheckVector(vectors.Slice(i * dimensions, dimensions), dimensions, metric, name, nameof(records));
            if (!records.LabelCounts.IsEmpty)
            {
                int labels = records.LabelCounts.Span[i];
                CheckLabels(records.Labels.Span.Slice(labelAt, labels), name, nameof(records));
                labelAt += labels;
            }
            int length = records.PayloadLengths.IsEmpty ? 0 : records.PayloadLengths.Span[i];
            ReadOnlyMemory<byte> payload = records.Payloads.Slice(payloadAt, length);
            CheckPayload(payload, name);
            CheckKey(payload.Span, ids[i], keys, name, nameof(records));
            payloadAt += length;
        }
    }

    private static void CheckKey(ReadOnlySpan<byte> payload, VectorId id, KeyKind keys, in ItemName name, string parameter)
    {
        bool hasKey = KeyField.TryRead(payload, out RawField key);
        if (!hasKey && keys == KeyKind.Number)
            return;
        KeyKind given = !hasKey ? KeyKind.Number : key.Kind == FieldKind.String ? KeyKind.String : KeyKind.Guid;
        if (given != keys)
            throw new ArgumentException(
                $"{name} has a key of the kind {given}; the keys of the collection are of the kind {keys}.", parameter);
        if (RecordKey.IdOf(key) != id)
            throw new ArgumentException($"{name} has the id {id}, which is not that of its key.", parameter);
    }

    /// <summary>Checks the length of a vector.</summary>
    /// <exception cref="ArgumentException">It is not that of the collection; names the item and both.</exception>
    public static void CheckLength(int length, int dimensions, in ItemName name, string parameter)
    {
        if (length != dimensions)
            throw new ArgumentException($"{name} has {length} dimensions; the collection has {dimensions}.", parameter);
    }

    /// <summary>Checks a vector: its length, that it is finite, and that the metric is defined for it.</summary>
    /// <exception cref="ArgumentException">It is not as it must be; names the item, the value and the limit.</exception>
    public static void CheckVector(ReadOnlySpan<float> vector, int dimensions, DistanceMetric metric, in ItemName name, string parameter)
    {
        CheckLength(vector.Length, dimensions, name, parameter);
        double squaredNorm = StripedMath.SumOfSquares(vector);
        if (!double.IsFinite(squaredNorm))
        {
            for (int i = 0; i < vector.Length; i++)
            {
                if (!float.IsFinite(vector[i]))
                    throw new ArgumentException(
                        $"{name} is not finite: element {i} is {vector[i].ToString(CultureInfo.InvariantCulture)}.", parameter);
            }
        }
        if (!(squaredNorm <= StorageLimits.MaxSquaredNorm))
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture, $"{name} is too long: its squared norm exceeds {StorageLimits.MaxSquaredNorm}."),
                parameter);
        if (metric == DistanceMetric.Cosine && squaredNorm < StorageLimits.MinSquaredNorm)
            throw new ArgumentException(
                $"{name} is a zero vector (squared norm {squaredNorm.ToString(CultureInfo.InvariantCulture)}): it has no "
                + "direction, and the collection's metric is cosine.",
                parameter);
    }

    /// <summary>Checks the labels of one item: how many they are, that each is in its range, and that none stands there twice.</summary>
    /// <exception cref="ArgumentException">They are not as they must be; names the item, the value and the limit.</exception>
    internal static void CheckLabels(ReadOnlySpan<int> labels, in ItemName name, string parameter)
    {
        if (labels.Length > StorageLimits.MaxLabelCount)
            throw new ArgumentException($"{name} has {labels.Length} labels; the limit is {StorageLimits.MaxLabelCount}.", parameter);
        foreach (int label in labels)
        {
            if (label is < 0 or > StorageLimits.MaxLabel)
                throw new ArgumentException(
                    $"{name} has the label {label.ToString(CultureInfo.InvariantCulture)}; labels are 0 to {StorageLimits.MaxLabel}.",
                    parameter);
        }

        if (FirstRepeated(labels) is { } repeated)
            throw new ArgumentException($"{name} has the label {repeated} twice; give each label once.", parameter);
    }

    /// <summary>Checks each query of a batch, row-major.</summary>
    /// <returns>How many queries there are.</returns>
    /// <exception cref="ArgumentException">A query is not as it must be; names the query, the value and the limit.</exception>
    public static int CheckQueries(ReadOnlyMemory<float> queries, int dimensions, DistanceMetric metric)
    {
        int count = CountQueries(queries.Length, dimensions);
        for (int i = 0; i < count; i++)
            CheckVector(queries.Span.Slice(i * dimensions, dimensions), dimensions, metric, new ItemName("Query", i), nameof(queries));
        return count;
    }

    private static int? FirstRepeated(ReadOnlySpan<int> labels)
    {
        // Files and most programs give them in order; then one look at each is enough.
        bool ascends = true;
        for (int i = 1; i < labels.Length && ascends; i++)
            ascends = labels[i] > labels[i - 1];
        if (ascends)
            return null;
        var seen = new HashSet<int>(labels.Length);
        foreach (int label in labels)
        {
            if (!seen.Add(label))
                return label;
        }

        return null;
    }

    private static void CheckColumn(ReadOnlySpan<int> counts, int total, int recordCount, string what)
    {
        if (counts.Length != 0 && counts.Length != recordCount)
            throw new ArgumentException(
                $"A batch of {recordCount} records says of {counts.Length} how many {what} they have.", nameof(counts));
        long sum = 0;
        foreach (int count in counts)
        {
            if (count < 0)
                throw new ArgumentException($"A record of a batch has {count} {what}; it must be at least 0.", nameof(counts));
            sum += count;
        }
        if (sum != total)
            throw new ArgumentException($"A batch says that its records have {sum} {what}; it has {total}.", nameof(counts));
    }

    private static ArgumentException WrongVectors(RecordBatch records, int dimensions) =>
        records.Count > 0 && records.Vectors.Length % records.Count == 0
            ? new ArgumentException(
                $"{new ItemName("Record", 0, records.Ids.Span[0])} has {records.Vectors.Length / records.Count} dimensions; "
                + $"the collection has {dimensions}.",
                nameof(records))
            : new ArgumentException(
                $"A batch of {records.Count} records has {records.Vectors.Length} values, which are not vectors of {dimensions} "
                + "dimensions.",
                nameof(records));

    private static int CountQueries(int length, int dimensions)
    {
        if (length % dimensions != 0)
            throw new ArgumentException($"{length} values are not a whole number of queries of {dimensions} dimensions.");
        int count = length / dimensions;
        if (count > StorageLimits.MaxQueryBatch)
            throw new ArgumentException($"One batch takes at most {StorageLimits.MaxQueryBatch} queries; {count} were given. Split it.");
        return count;
    }

    private static void CheckPayload(ReadOnlyMemory<byte> payload, in ItemName name)
    {
        if (payload.IsEmpty)
            return;
        if (payload.Length > StorageLimits.MaxPayloadBytes)
            throw new ArgumentException(
                $"{name} has a payload of {payload.Length} bytes; the limit is {StorageLimits.MaxPayloadBytes}.", nameof(payload));
        try
        {
            StrictMessagePackReader.EnsureOneMap(payload, StorageLimits.MaxPayloadDepth);
        }
        catch (MessagePackSerializationException exception)
        {
            throw new ArgumentException(
                $"{name} has a payload that is not one MessagePack map of at most {StorageLimits.MaxPayloadDepth} levels: "
                + $"{exception.Message}",
                nameof(payload),
                exception);
        }
    }
}
