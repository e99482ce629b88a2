namespace HashDb.Models.Training;

/// <summary>
/// Learns a hash function from a stream of labelled items. Mutable, for one thread at a time. Its state is a function of the model
/// that it began
/// with, its settings and the sequence of items: not of batches, machines or snapshots taken in between.
/// </summary>
public interface IStreamLearner
{
    /// <summary>Length of a vector.</summary>
    int Dimensions { get; }

    /// <summary>Bits of one hashcode.</summary>
    int BitCount { get; }

    /// <summary>Number of tables.</summary>
    int TableCount { get; }

    /// <summary>What is done to raw vectors, for <see cref="StreamBatch.Create"/>.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>Fingerprint of the model that the stream began with.</summary>
    ModelFingerprint BaseFingerprint { get; }

    /// <summary>Items learned, those without a target included.</summary>
    long ItemCount { get; }

    /// <summary>Items that changed the function.</summary>
    long UpdateCount { get; }

    /// <summary>Classes that were seen.</summary>
    int ClassCount { get; }

    /// <summary>True when the class was seen.</summary>
    bool Knows(int label);

    /// <summary>Learns from items in their order. After an exception nothing of the batch was learned.</summary>
    /// <exception cref="ArgumentException">The batch was prepared for other dimensions or another preprocessing.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: there would be more classes than <see cref="StreamLearning.ClassLimit"/> says.
    /// </exception>
    void Learn(StreamBatch batch);

    /// <summary>A copy of the state as it is now.</summary>
    IStreamState CreateState();
}
