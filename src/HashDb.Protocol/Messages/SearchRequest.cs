using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Search and search batch: [collection, vectors, top, radius, candidate limit, strategy, target recall]. One that was read holds rented
/// memory; dispose of it when the query has ended.
/// </summary>
internal sealed record SearchRequest(string Collection, QueryVectors Queries, SearchOptions Options) : IMessage<SearchRequest>, IDisposable
{
    /// <summary>What is searched for when a request leaves its options out.</summary>
    public static readonly SearchOptions Defaults = new();

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(7);
        writer.WriteText(Collection);
        Queries.Write(ref writer);
        writer.Write(Options.Top);
        WriteOptional(ref writer, Options.Radius);
        WriteOptional(ref writer, Options.CandidateLimit);
        writer.Write((int)Options.Strategy);
        if (Options.TargetRecall is { } target)
            writer.Write(target);
        else
            writer.WriteNil();
    }

    public static SearchRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        QueryVectors queries = QueryVectors.Read(ref body);
        try
        {
            int top = body.ReadInt32OrDefault("top", Defaults.Top);
            int? radius = body.ReadOptionalInt32("radius");
            int? candidateLimit = body.ReadOptionalInt32("candidate limit");
            var strategy = (ProbeStrategy)body.ReadInt32OrDefault("strategy", (int)Defaults.Strategy);
            double? targetRecall = body.TryReadNil() ? null : body.ReadDouble("target recall");
            bool isDefault = top == Defaults.Top && radius is null && candidateLimit is null && targetRecall is null
                && strategy == Defaults.Strategy;
            SearchOptions options = isDefault
                ? Defaults
                : new SearchOptions
                {
                    Top = top,
                    Radius = radius,
                    CandidateLimit = candidateLimit,
                    Strategy = strategy,
                    TargetRecall = targetRecall,
                };
            return new SearchRequest(collection, queries, options);
        }
        catch
        {
            queries.Dispose();
            throw;
        }
    }

    public void Dispose() => Queries.Dispose();

    private static void WriteOptional(ref MessagePackWriter writer, int? value)
    {
        if (value is { } number)
            writer.Write(number);
        else
            writer.WriteNil();
    }
}
