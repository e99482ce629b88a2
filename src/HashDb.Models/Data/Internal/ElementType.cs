// What one number of a file is. Immutable.
namespace HashDb.Models.Data.Internal;

internal enum ElementKind
{
    Float,
    Signed,
    Unsigned,
    Boolean,
}

internal readonly record struct ElementType(ElementKind Kind, int WidthBytes, bool IsBigEndian = false)
{
    public bool IsInteger => Kind is ElementKind.Signed or ElementKind.Unsigned or ElementKind.Boolean;

    /// <summary>In numpy's notation.</summary>
    public override string ToString()
    {
        char order = WidthBytes == 1 ? '|' : IsBigEndian ? '>' : '<';
        char kind = Kind switch
        {
            ElementKind.Float => 'f',
            ElementKind.Signed => 'i',
            ElementKind.Unsigned => 'u',
            _ => 'b',
        };
        return $"{order}{kind}{WidthBytes}";
    }
}
