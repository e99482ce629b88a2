using System.Runtime.InteropServices;

namespace HashDb.Peers;

/// <summary>
/// What is called of USearch's C interface. Its .NET binding takes and makes arrays at each call and cannot change how wide a search is;
/// calling the library itself costs a search nothing beside its own work.
/// </summary>
internal static unsafe partial class USearchLibrary
{
    public const int Cosine = 1, SquaredEuclidean = 3;
    public const int Float32 = 1, Float16 = 3, Int8 = 4;

    private const string Library = "libusearch_c";

    [StructLayout(LayoutKind.Sequential)]
    public struct Options
    {
        public int MetricKind;
        public nint Metric;
        public int Quantization;
        public nuint Dimensions, Connectivity, ExpansionAdd, ExpansionSearch;
        public byte Multi;
    }

    /// <summary>Throws what the library complained of.</summary>
    public static void Check(byte* error)
    {
        if (error != null)
            throw new InvalidOperationException($"USearch says: {Marshal.PtrToStringUTF8((nint)error)}");
    }

    [LibraryImport(Library, EntryPoint = "usearch_version")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "usearch_init")]
    public static partial nint Create(Options* options, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_free")]
    public static partial void Free(nint index, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_hardware_acceleration")]
    public static partial byte* HardwareAcceleration(nint index, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_serialized_length")]
    public static partial nuint SerializedLength(nint index, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_save", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Save(nint index, string path, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_load", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Load(nint index, string path, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_size")]
    public static partial nuint Size(nint index, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_reserve")]
    public static partial void Reserve(nint index, nuint capacity, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_change_expansion_search")]
    public static partial void ChangeExpansionSearch(nint index, nuint expansion, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_add")]
    public static partial void Add(nint index, ulong key, void* vector, int kind, byte** error);

    [LibraryImport(Library, EntryPoint = "usearch_search")]
    public static partial nuint Search(nint index, void* query, int kind, nuint count, ulong* keys, float* distances, byte** error);
}
