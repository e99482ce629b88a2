namespace HashDb.Models.Files;

/// <summary>Stores and restores one kind of model. Register it with <see cref="HashModelFormats.Register"/>.</summary>
/// <remarks>
/// Kind, sizes, preprocessing and provenance are stored by <see cref="HashModelFile"/>; a format adds what else its models
/// consist of. It must be safe for many threads, and must write equal models as equal bytes.
/// </remarks>
public interface IHashModelFormat
{
    /// <summary>The kind it stores: 1 to 64 of the characters a-z, 0-9 and '-'.</summary>
    string Kind { get; }

    /// <summary>Adds the parameters and arrays of a model.</summary>
    void Write(IHashModel model, ModelWriter writer);

    /// <summary>
    /// Makes the model from its parameters and arrays, every one of which must be read. An <see cref="ArgumentException"/>
    /// thrown by a constructor on the way is reported as a damaged file.
    /// </summary>
    IHashModel Read(ModelReader reader);
}
