using System.Globalization;

namespace HashDb.Models;

/// <summary>A setting as model files store it: a text, an integer, a real number or a truth value.</summary>
public readonly record struct ModelValue
{
    private readonly string? _text;
    private readonly long _bits;

    private ModelValue(ModelValueKind kind, long bits, string? text)
    {
        Kind = kind;
        _bits = bits;
        _text = text;
    }

    /// <summary>Which of the four it is.</summary>
    public ModelValueKind Kind { get; }

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">It is not a text.</exception>
    public string AsText() => Kind == ModelValueKind.Text && _text is not null ? _text : throw Mismatch("a text");

    /// <summary>The integer.</summary>
    /// <exception cref="InvalidOperationException">It is not an integer.</exception>
    public long AsInteger() => Kind == ModelValueKind.Integer ? _bits : throw Mismatch("an integer");

    /// <summary>The real number.</summary>
    /// <exception cref="InvalidOperationException">It is not a real number.</exception>
    public double AsReal() => Kind == ModelValueKind.Real ? BitConverter.Int64BitsToDouble(_bits) : throw Mismatch("a real number");

    /// <summary>The truth value.</summary>
    /// <exception cref="InvalidOperationException">It is not a truth value.</exception>
    public bool AsBoolean() => Kind == ModelValueKind.Boolean ? _bits != 0 : throw Mismatch("a truth value");

    /// <summary>A text.</summary>
    public static ModelValue FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new ModelValue(ModelValueKind.Text, 0, value);
    }

    /// <summary>An integer.</summary>
    public static ModelValue FromInt64(long value) => new(ModelValueKind.Integer, value, null);

    /// <summary>A real number.</summary>
    public static ModelValue FromDouble(double value) => new(ModelValueKind.Real, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>A truth value.</summary>
    public static ModelValue FromBoolean(bool value) => new(ModelValueKind.Boolean, value ? 1 : 0, null);

    /// <summary>A text.</summary>
    public static implicit operator ModelValue(string value) => FromString(value);

    /// <summary>An integer.</summary>
    public static implicit operator ModelValue(long value) => FromInt64(value);

    /// <summary>A real number.</summary>
    public static implicit operator ModelValue(double value) => FromDouble(value);

    /// <summary>A truth value.</summary>
    public static implicit operator ModelValue(bool value) => FromBoolean(value);

    /// <summary>The value for people.</summary>
    public override string ToString() => Kind switch
    {
        ModelValueKind.Text => _text ?? "",
        ModelValueKind.Integer => _bits.ToString(CultureInfo.InvariantCulture),
        ModelValueKind.Real => BitConverter.Int64BitsToDouble(_bits).ToString("R", CultureInfo.InvariantCulture),
        ModelValueKind.Boolean => _bits != 0 ? "true" : "false",
        _ => Kind.ToString(),
    };

    private InvalidOperationException Mismatch(string wanted) => new($"The value '{this}' is {Kind}, not {wanted}.");
}
