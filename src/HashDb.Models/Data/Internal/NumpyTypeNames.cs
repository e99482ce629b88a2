// What numpy's type codes mean, for messages about arrays that are not read. Stateless.
namespace HashDb.Models.Data.Internal;

internal static class NumpyTypeNames
{
    private const int MaxShownLength = 60;
    private const string Numbers = "read are floats (f2, f4, f8), integers (i1 to i8, u1 to u8) and bools (b1)";

    /// <summary>What a numpy file of a type that is not read holds, and what to do; no period at the end.</summary>
    public static string Describe(string descr)
    {
        string shown = descr.Length <= MaxShownLength ? descr : $"{descr[..MaxShownLength]}...";
        return $"{NameOf(descr)} (numpy dtype {(descr.StartsWith('[') ? shown : $"'{shown}'")}); {Numbers}: {Remedy(descr)}";
    }

    private static char KindOf(string descr) => descr.StartsWith('[') ? '[' : descr.Length < 2 ? '?' : descr[1];

    private static string NameOf(string descr) => KindOf(descr) switch
    {
        '[' => "records of several fields",
        'O' => "Python objects, which are pickled",
        'c' => "complex numbers",
        'U' or 'S' or 'a' => "text",
        'M' => "dates",
        'm' => "time spans",
        'V' => "raw bytes",
        'f' => "floats of another width",
        _ => "numbers of another type",
    };

    private static string Remedy(string descr) => KindOf(descr) switch
    {
        '[' => "save one field, or numpy.lib.recfunctions.structured_to_unstructured(array)",
        'O' => "save array.astype(numpy.float32), which fails if its rows differ in length",
        'c' => "save the real numbers that are meant, such as numpy.abs(array)",
        'U' or 'S' or 'a' => "save array.astype(numpy.float32), or numbers that stand for the texts",
        'M' or 'm' => "save array.astype(numpy.int64)",
        'V' => "save a view of the type that is meant, such as array.view(numpy.float32)",
        _ => "save array.astype(numpy.float32)",
    };
}
