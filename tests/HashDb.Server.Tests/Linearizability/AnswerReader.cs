// From the answers of a collection to operations on single ids: a search that compares all vectors is a read of every id.
namespace HashDb.Server.Tests.Linearizability;

internal static class AnswerReader
{
    /// <summary>What a get says of one id.</summary>
    public static Operation OfRecord(VectorId id, VectorRecord? record, long invoked, long returned, string how)
    {
        if (record is null)
            return new Operation(OperationKind.Read, 0, invoked, returned) { How = how };
        (long version, string? torn) = VersionedRecord.Read(id, record);
        return new Operation(OperationKind.Read, version, invoked, returned)
        {
            How = torn ?? how,
            Defect = torn is null ? null : ViolationKind.Torn,
        };
    }

    /// <summary>What a search for the vector of one version, with everything at distance 0, says of its id.</summary>
    public static Operation OfSearchFor(
        VectorId id, long version, IReadOnlyList<SearchHit> hits, long invoked, long returned, string how)
    {
        SearchHit[] own = [.. hits.Where(hit => hit.Id == id)];
        OperationKind kind = own.Any(hit => VersionedRecord.IsSame(hit.Distance)) ? OperationKind.Read : OperationKind.Miss;
        return new Operation(kind, version, invoked, returned) { How = how, Defect = own.Length > 1 ? ViolationKind.Doubled : null };
    }

    /// <summary>
    /// What a probe for the hashcode of one version says of its id: that the version was not there. That the id is found says nothing,
    /// because another version may have the hashcode.
    /// </summary>
    public static Operation? OfProbeFor(
        VectorId id, long version, IReadOnlyList<ProbeHit> hits, long invoked, long returned, string how)
    {
        int own = hits.Count(hit => hit.Id == id);
        return own == 1
            ? null
            : new Operation(OperationKind.Miss, version, invoked, returned)
            {
                How = how,
                Defect = own > 1 ? ViolationKind.Doubled : null,
            };
    }

    /// <summary>What a search for all records, from <see cref="VersionedRecord.ShortVector"/>, says of every id.</summary>
    /// <param name="expected">Ids of which it also says something when it has not found them.</param>
    public static IEnumerable<(VectorId Id, Operation Operation)> OfSearchForAll(
        IReadOnlyCollection<VectorId> expected, IReadOnlyList<SearchHit> hits, long invoked, long returned, string how)
    {
        var found = new HashSet<VectorId>();
        foreach (SearchHit hit in hits)
        {
            yield return (hit.Id, new Operation(OperationKind.Read, VersionedRecord.VersionAt(hit.Distance), invoked, returned)
            {
                How = how,
                Defect = found.Add(hit.Id) ? null : ViolationKind.Doubled,
            });
        }
        foreach (VectorId id in expected)
        {
            if (!found.Contains(id))
                yield return (id, new Operation(OperationKind.Read, 0, invoked, returned) { How = how });
        }
    }
}
