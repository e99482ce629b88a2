using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace HashDb.Peers;

/// <summary>Says that a peer is ready, and answers one line after the other until the input ends.</summary>
internal static class PeerLoop
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan RecallTime = TimeSpan.FromSeconds(20);

    public static void Serve(IPeer peer, PeerData data)
    {
        Say(peer.Ready);
        long[] ids = new long[data.Top];
        int place = 0;
        while (Console.ReadLine()?.Split(' ') is [string setting, string seconds, string results])
        {
            peer.Choose(setting);
            if (results != "-")
                WriteResults(peer, data, ids, results);
            TimeSpan limit = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
            long started = Stopwatch.GetTimestamp();
            int count = 0;
            for (; Stopwatch.GetElapsedTime(started) < limit; count++, place = (place + 1) % data.QueryCount)
                peer.Search(place, ids);
            Say(new { Queries = count, Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds });
        }
    }

    private static void WriteResults(IPeer peer, PeerData data, long[] ids, string path)
    {
        using FileStream file = File.Create(path);
        long started = Stopwatch.GetTimestamp();
        for (int query = 0; query < data.QueryCount && Stopwatch.GetElapsedTime(started) < RecallTime; query++)
        {
            Array.Fill(ids, -1);
            peer.Search(query, ids);
            file.Write(MemoryMarshal.AsBytes(ids.AsSpan()));
        }
    }

    private static void Say<T>(T values)
    {
        Console.WriteLine(JsonSerializer.Serialize(values, Names));
        Console.Out.Flush();
    }
}
