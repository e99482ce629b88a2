using System.Text;

namespace HashDb.Fields;

/// <summary>What a field may be called.</summary>
public static class FieldNames
{
    /// <summary>In filters, the labels of a record: a list of whole numbers.</summary>
    public const string Labels = "$labels";

    /// <summary>In filters, the key of a record.</summary>
    public const string Key = "$key";

    /// <summary>Checks the name of a field that is stored.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, no Unicode, or begins with a dollar sign; names it.</exception>
    public static void Check(string name, string parameter)
    {
        CheckLength(name, parameter);
        if (name[0] == '$')
            throw new ArgumentException($"The field name '{Quoted.Cut(name)}' begins with '$'; those names are reserved.", parameter);
    }

    /// <summary>Checks a name in a filter, where <see cref="Labels"/> and <see cref="Key"/> are allowed too.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Check"/>.</exception>
    public static void CheckInFilter(string name, string parameter)
    {
        if (name is not (Labels or Key))
            Check(name, parameter);
    }

    private static void CheckLength(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        // A character takes at least a byte, so the rest of a huge name is not looked at.
        int bytes = name.Length > StorageLimits.MaxFieldNameBytes ? name.Length : Encoding.UTF8.GetByteCount(name);
        if (bytes > StorageLimits.MaxFieldNameBytes)
            throw new ArgumentException(
                $"The field name '{Quoted.Cut(name)}' has {bytes} bytes of UTF-8; the limit is "
                + $"{StorageLimits.MaxFieldNameBytes}.",
                parameter);
        if (!Quoted.IsUnicode(name))
            throw new ArgumentException(
                $"The field name '{Quoted.Cut(name)}' has half of a surrogate pair, so it is no Unicode.", parameter);
    }
}
