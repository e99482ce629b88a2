// Graph regularised hashing from a stream: each labelled item moves every hyperplane toward the side on which its class's target
// has it (docs/MODELS.md, "Learning from a stream"). Mutable, for one thread at a time.
// Invariant: the state is a function of the base model, the options and the sequence of items: not of batches, machines or
// snapshots taken in between. Replaying a log therefore gives the same bytes.
using HashDb.Models.Encoding;
using HashDb.Models.Files;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>Learns hyperplanes from a stream of labelled items. Not thread-safe.</summary>
public sealed class GrhStreamLearner : IStreamLearner
{
    /// <summary>Bytes of state per weight: the weight in float32 and the sum in float64.</summary>
    private const int StateBytesPerWeight = sizeof(float) + sizeof(double);

    private readonly GrhStreamOptions _options;
    private readonly Preprocessing _preprocessing;
    private readonly float[] _bias;
    private readonly ClassTargets _targets;
    private readonly StreamWeights _weights;
    private readonly StreamSteps _steps;

    /// <summary>Starts from a model.</summary>
    /// <param name="start">
    /// A model of hyperplanes (LSH, linear GRH, ITQ, CCA-ITQ); its preprocessing and intercepts are kept as they are.
    /// </param>
    /// <param name="options">Settings.</param>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the model is not made of hyperplanes.
    /// </exception>
    /// <exception cref="ArgumentException">A setting is out of its range, or the state would exceed the size of a model file.</exception>
    public GrhStreamLearner(IHashModel start, GrhStreamOptions options)
        : this(Begin(start, options), start.Dimensions, start.BitCount, start.TableCount, start.Preprocessing)
    {
    }

    private GrhStreamLearner(GrhStreamState state, int dimensions, int bitCount, int tableCount, Preprocessing preprocessing)
    {
        Dimensions = dimensions;
        BitCount = bitCount;
        TableCount = tableCount;
        _options = state.Options;
        _preprocessing = preprocessing;
        _bias = state.Bias;
        BaseFingerprint = state.Base;
        UpdateCount = state.UpdateCount;
        _weights = new StreamWeights(state.Current, state.Sums, tableCount * bitCount, dimensions, state.ItemCount);
        _targets = new ClassTargets(tableCount, bitCount, _options.Alpha);
        _steps = new StreamSteps(_weights, _bias, _targets, _options);
        int codeBytes = HashcodeMath.ByteCount(bitCount);
        for (int c = 0; c < state.Labels.Length; c++)
        {
            StreamClass restored = new(state.Labels[c], tableCount * bitCount) { Count = state.Counts[c] };
            state.CodeSums.AsSpan(c * restored.CodeSums.Length, restored.CodeSums.Length).CopyTo(restored.CodeSums);
            for (int k = 0; k < restored.Target.Length; k++)
            {
                int at = (((c * tableCount) + (k / bitCount)) * codeBytes) + (k % bitCount / 8);
                restored.Target[k] = (state.Targets[at] >> (k % bitCount % 8) & 1) != 0 ? 1 : -1;
            }

            _targets.Add(restored);
        }
    }

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Bits of one hashcode.</summary>
    public int BitCount { get; }

    /// <summary>Number of tables; each has targets of its own.</summary>
    public int TableCount { get; }

    /// <summary>What is done to raw vectors, for <see cref="StreamBatch.Create"/>.</summary>
    public Preprocessing Preprocessing => _preprocessing;

    /// <summary>The settings.</summary>
    public GrhStreamOptions Options => _options;

    /// <summary>Fingerprint of the model that the stream began with.</summary>
    public ModelFingerprint BaseFingerprint { get; }

    /// <summary>Items learned, those without a target included.</summary>
    public long ItemCount => _weights.ItemCount;

    /// <summary>Items that moved a hyperplane.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Classes that have a target.</summary>
    public int ClassCount => _targets.Classes.Count;

    /// <summary>Goes on from a state.</summary>
    public static GrhStreamLearner Resume(GrhStreamModel state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new GrhStreamLearner(state.State, state.Dimensions, state.BitCount, state.TableCount, state.Preprocessing);
    }

    /// <summary>True when a stream can begin with the model: it is made of hyperplanes whose bits are set from zero on.</summary>
    public static bool CanStartFrom(IHashModel model) => model is HyperplaneModel { SignRule: SignRule.NonNegative };

    /// <summary>Checks that a stream can begin with the model.</summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the model is not made of hyperplanes.
    /// </exception>
    public static void CheckStart(IHashModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!CanStartFrom(model))
        {
            throw new HashDbException(
                HashDbErrorCode.UnsupportedOperation,
                $"A model of kind '{model.Kind}' cannot learn from a stream: its functions are not hyperplanes. LSH, linear "
                + "GRH, ITQ and CCA-ITQ can.");
        }
    }

    /// <summary>True when the class has a target.</summary>
    public bool Knows(int label) => _targets.Find(label) is not null;

    /// <summary>Checks and preprocesses items and learns from them in their order.</summary>
    /// <param name="vectors">Row-major, <c>labels.Count * Dimensions</c>, float32, raw.</param>
    /// <param name="labels">The labels of each item, as for <see cref="StreamBatch.Create"/>.</param>
    /// <inheritdoc cref="Learn(StreamBatch)" path="/exception"/>
    public void Learn(ReadOnlySpan<float> vectors, IReadOnlyList<ReadOnlyMemory<int>> labels) =>
        Learn(StreamBatch.Create(_preprocessing, vectors, Dimensions, labels));

    /// <summary>Learns from items in their order. After an exception nothing of the batch was learned.</summary>
    /// <exception cref="ArgumentException">The batch was prepared for other dimensions or another preprocessing.</exception>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: there would be too many classes.</exception>
    public void Learn(StreamBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Dimensions != Dimensions || !batch.Preprocessing.IsSameAs(_preprocessing))
            throw new ArgumentException($"The batch of {batch.Dimensions} dimensions was prepared for another model.", nameof(batch));
        CheckClasses(batch);
        for (int i = 0; i < batch.Count; i++)
        {
            if (_steps.Take(batch.Row(i), batch.SquaredLength(i), batch.Labels(i).Span))
                UpdateCount++;
        }
    }

    /// <summary>Checks that the new classes of a batch leave the number of classes within its limit.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: they do not.</exception>
    public void CheckClasses(StreamBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        HashSet<int>? added = null;
        for (int i = 0; i < batch.Count; i++)
        {
            foreach (int label in batch.Labels(i).Span)
            {
                if (!Knows(label))
                    (added ??= []).Add(label);
            }
        }

        int limit = GrhStreamOptions.ClassLimit(TableCount * BitCount);
        if (added is not null && ClassCount + added.Count > limit)
        {
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"The stream has {ClassCount} classes, {added.Count} more would exceed the {limit} that it can have with "
                + $"{TableCount * BitCount} bits.");
        }
    }

    /// <summary>The target of a class in a table; null when the class was never seen.</summary>
    public Hashcode? GetTarget(int label, int tableIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tableIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tableIndex, TableCount);
        return _targets.Find(label) is { } found ? Hashcode.FromBytes(Packed(found, tableIndex), BitCount) : null;
    }

    /// <summary>The state as it is now, which can be saved as a model file and resumed. It is a copy.</summary>
    public GrhStreamModel CreateState()
    {
        GrhStreamState state = new()
        {
            Options = _options,
            Base = BaseFingerprint,
            ItemCount = ItemCount,
            UpdateCount = UpdateCount,
            Current = _weights.CopyCurrent(),
            Sums = _weights.CopySums(),
            Bias = _bias,
            Labels = [.. _targets.Classes.Select(c => c.Label)],
            Counts = [.. _targets.Classes.Select(c => c.Count)],
            CodeSums = [.. _targets.Classes.SelectMany(c => c.CodeSums)],
            Targets = [.. _targets.Classes.SelectMany(c => Enumerable.Range(0, TableCount).SelectMany(table => Packed(c, table)))],
        };
        return new GrhStreamModel(Dimensions, BitCount, TableCount, state, _preprocessing);
    }

    /// <inheritdoc/>
    IStreamState IStreamLearner.CreateState() => CreateState();

    /// <summary>What was learned, as an ordinary model.</summary>
    public GrhModel CreateModel() => CreateState().ToModel();

    private static GrhStreamState Begin(IHashModel start, GrhStreamOptions options)
    {
        CheckStart(start);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var model = (HyperplaneModel)start;
        if ((long)model.Weights.Length * StateBytesPerWeight > ModelLimits.MaxModelFileBytes)
        {
            throw new ArgumentException(
                $"The state of {model.Weights.Length} weights takes {(long)model.Weights.Length * StateBytesPerWeight} bytes, "
                + $"a model file holds {ModelLimits.MaxModelFileBytes}.",
                nameof(start));
        }

        return new GrhStreamState
        {
            Options = options,
            Base = HashModelFile.Fingerprint(start),
            ItemCount = 0,
            UpdateCount = 0,
            Current = model.Weights.ToArray(),
            Sums = [],
            Bias = model.Bias.ToArray(),
            Labels = [],
            Counts = [],
            CodeSums = [],
            Targets = [],
        };
    }

    private byte[] Packed(StreamClass of, int table)
    {
        ReadOnlySpan<float> target = of.Target.AsSpan(table * BitCount, BitCount);
        byte[] packed = new byte[HashcodeMath.ByteCount(BitCount)];
        SignPacker.Pack(target, 1, BitCount, SignRule.NonNegative, packed);
        return packed;
    }
}
