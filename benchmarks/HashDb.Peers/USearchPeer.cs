using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using static HashDb.Peers.USearchLibrary;

namespace HashDb.Peers;

/// <summary>USearch with vectors of one scalar kind; settings are the expansion of a search (its ef).</summary>
internal sealed unsafe class USearchPeer : IPeer, IDisposable
{
    private const int Links = 16;
    private const int BuildExpansion = 200;

    private readonly PeerData _data;
    private readonly nint _index;
    private readonly float[] _distances;

    private USearchPeer(PeerData data, string scalar)
    {
        (int kind, int size) = scalar switch
        {
            "f32" => (Float32, 4),
            "f16" => (Float16, 2),
            "i8" when data.Cosine => (Int8, 1),
            "i8" => throw new ArgumentException("USearch's i8 takes the length from vectors: only cosine is right with it."),
            _ => throw new ArgumentException($"USearch's vectors can be f32, f16 or i8, not '{scalar}'."),
        };
        _data = data;
        _distances = new float[data.Top];
        byte* error = null;
        var options = new Options
        {
            MetricKind = data.Cosine ? USearchLibrary.Cosine : SquaredEuclidean,
            Quantization = kind,
            Dimensions = (nuint)data.Dimensions,
            Connectivity = Links,
            ExpansionAdd = BuildExpansion,
            ExpansionSearch = BuildExpansion,
        };
        _index = Create(&options, &error);
        Check(error);
        bool kept = File.Exists(data.IndexPath);
        long started = Stopwatch.GetTimestamp();
        if (kept)
            Load(_index, data.IndexPath, &error);
        else
            AddAll();
        Check(error);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (!kept)
            Save(_index, data.IndexPath, &error);
        Check(error);
        double bytes = SerializedLength(_index, &error) / (double)Size(_index, &error) - (size * data.Dimensions);
        string version = $"USearch {Text(USearchLibrary.Version())}, {scalar}, {Text(HardwareAcceleration(_index, &error))}";
        Ready = new PeerReady(
            !kept, seconds, seconds, bytes, $"{version}, connectivity {Links}, expansion {BuildExpansion}");
    }

    public PeerReady Ready { get; }

    public static USearchPeer Build(PeerData data, string scalar) => new(data, scalar);

    public void Choose(string setting)
    {
        byte* error = null;
        ChangeExpansionSearch(_index, nuint.Parse(setting, CultureInfo.InvariantCulture), &error);
        Check(error);
    }

    public void Search(int query, Span<long> ids)
    {
        byte* error = null;
        fixed (float* vector = &_data.Queries[query * _data.Dimensions], distances = _distances)
        fixed (long* keys = ids)
            USearchLibrary.Search(_index, vector, Float32, (nuint)ids.Length, (ulong*)keys, distances, &error);
        Check(error);
    }

    public void Dispose()
    {
        byte* error = null;
        Free(_index, &error);
    }

    private static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    private void AddAll()
    {
        byte* error = null;
        Reserve(_index, (nuint)(new FileInfo(_data.BasePath).Length / sizeof(float) / _data.Dimensions), &error);
        ulong key = 0;
        foreach (float[] block in _data.ReadBlocks())
        {
            fixed (float* rows = block)
                for (int at = 0; at < block.Length && error == null; at += _data.Dimensions)
                    Add(_index, key++, rows + at, Float32, &error);
            Check(error);
        }
    }
}
