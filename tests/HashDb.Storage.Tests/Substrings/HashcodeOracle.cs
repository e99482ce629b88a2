using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Storage.Query;

namespace HashDb.Storage.Tests.Substrings;

/// <summary>What a probe for hashcodes must answer: the codes of all live items, compared one by one.</summary>
internal sealed class HashcodeOracle(IHashModel model)
{
    private readonly SortedDictionary<ulong, byte[]> _codes = [];

    public int CodeBytes => model.GetHashcodeByteCount();

    public int Count => _codes.Count;

    public IReadOnlyList<ulong> Ids => [.. _codes.Keys];

    public void Set(VectorRecord record)
    {
        byte[] code = new byte[CodeBytes];
        model.Encode(record.Vector.Span, 1, code);
        _codes[record.Id.Value] = code;
    }

    public void Remove(ulong id) => _codes.Remove(id);

    /// <summary>
    /// Hashcodes to ask for: stored ones, near ones, and ones that have nothing to do with what is stored, zeros and ones among them.
    /// </summary>
    public byte[] Queries(Random random, int count)
    {
        byte[] queries = new byte[count * CodeBytes];
        ulong[] ids = [.. _codes.Keys];
        int tableBytes = CodeBytes / model.TableCount;
        for (int i = 0; i < count; i++)
        {
            Span<byte> query = queries.AsSpan(i * CodeBytes, CodeBytes);
            if (i % 3 == 2 || ids.Length == 0)
                random.NextBytes(query);
            else
                _codes[ids[random.Next(ids.Length)]].CopyTo(query);
            if (i == 2)
                query.Fill(0xFF);
            if (i == 5)
                query.Clear();
            for (int flips = i % 3 == 1 ? random.Next(model.BitCount / 4) : 0; flips > 0; flips--)
            {
                int bit = random.Next(model.BitCount);
                query[(random.Next(model.TableCount) * tableBytes) + (bit >> 3)] ^= (byte)(1 << (bit & 7));
            }
            int unused = (8 * tableBytes) - model.BitCount;
            for (int table = 1; table <= model.TableCount; table++)
                query[(table * tableBytes) - 1] &= (byte)(0xFF >> unused);
        }
        return queries;
    }

    /// <summary>Fails unless a collection gives these answers whichever way it goes.</summary>
    public void ShouldAgree(Collection collection, byte[] queries, int radius, string context, Filter? filter = null)
    {
        int count = queries.Length / CodeBytes;
        (int[] offsets, ulong[] ids, int[] distances) = Answers(queries, radius);
        foreach (ProbeWay way in Ways(radius))
        {
            var options = new ProbeOptions { Radius = radius, Filter = filter };
            HashcodeProbeResult result = collection.ProbeHashcodes(queries, count, options, way);
            string what = $"{context}, radius {radius}, {way}";
            result.Offsets.ToArray().ShouldBe(offsets, what);
            MemoryMarshal.Cast<VectorId, ulong>(result.Ids.Span).ToArray().ShouldBe(ids, what);
            result.Distances.ToArray().ShouldBe(distances, what);
            result.Statistics.Candidates.ShouldBe(ids.Length, what);
            result.Statistics.CompleteRadius.ShouldBe(Math.Min(radius, model.BitCount), what);
        }
    }

    private IEnumerable<ProbeWay> Ways(int radius)
    {
        // Enumerating has a limit, which has its own test.
        int keyBits = Math.Min(model.BitCount, 64), substrings = (model.BitCount + 63) / 64;
        return Enum.GetValues<ProbeWay>().Where(
            way => way != ProbeWay.Enumerate || HammingBall.Size(keyBits, radius / substrings) < 3_000);
    }

    private (int[] Offsets, ulong[] Ids, int[] Distances) Answers(byte[] queries, int radius)
    {
        int tableBytes = CodeBytes / model.TableCount;
        List<int> offsets = [0];
        List<(int Distance, ulong Id)> all = [];
        for (int from = 0; from < queries.Length; from += CodeBytes)
        {
            List<(int Distance, ulong Id)> hits = [];
            foreach ((ulong id, byte[] code) in _codes)
            {
                int least = int.MaxValue;
                for (int at = 0; at < CodeBytes; at += tableBytes)
                {
                    least = Math.Min(
                        least, HashcodeMath.HammingDistance(code.AsSpan(at, tableBytes), queries.AsSpan(from + at, tableBytes)));
                }
                if (least <= radius)
                    hits.Add((least, id));
            }
            hits.Sort();
            all.AddRange(hits);
            offsets.Add(all.Count);
        }
        return ([.. offsets], [.. all.Select(hit => hit.Id)], [.. all.Select(hit => hit.Distance)]);
    }
}
