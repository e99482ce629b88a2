// Which scope an opcode needs, in one place: the server enforces it, the document is compared with it.
namespace HashDb.Protocol;

/// <summary>The scope that each opcode needs.</summary>
internal static class OpcodeScopes
{
    /// <summary>The scope that a token must have; <see cref="AccessScope.Admin"/> for an opcode that this build does not know.</summary>
    public static AccessScope RequiredScope(this Opcode opcode) => opcode switch
    {
        Opcode.Hello or Opcode.Cancel or Opcode.Ping => AccessScope.None,
        Opcode.ListCollections or Opcode.DescribeCollection or Opcode.Get or Opcode.Probe or Opcode.ProbeBatch or Opcode.Search
            or Opcode.SearchBatch or Opcode.GetStatistics or Opcode.GetLargestBuckets or Opcode.SubscribeStatistics
            or Opcode.DescribeDraft or Opcode.List or Opcode.Count or Opcode.ProbeHashcodes or Opcode.ListIndexes => AccessScope.Read,
        Opcode.Insert or Opcode.Upsert or Opcode.Delete or Opcode.GetNextSequenceNumber or Opcode.Register
            or Opcode.DeleteMatching or Opcode.UpdateFields or Opcode.Learn => AccessScope.Write,
        _ => AccessScope.Admin,
    };
}
