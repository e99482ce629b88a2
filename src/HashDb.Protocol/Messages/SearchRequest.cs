using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>
/// Search and search batch: [collection, vectors, top, radius, candidate limit, strategy, target recall, filter, max distance, skip,
/// include, include fields]. The last five are left out when nothing is in them. One that was read holds rented memory; dispose of it when
/// the query has ended.
/// </summary>
internal sealed record SearchRequest(string Collection, QueryVectors Queries, SearchOptions Options) : IMessage<SearchRequest>, IDisposable
{
    /// <summary>What is searched for when a request leaves its options out.</summary>
    public static readonly SearchOptions Defaults = new();

    public void Write(ref MessagePackWriter writer)
    {
        bool hasMore = Options.Filter is not null || Options.MaxDistance is not null || Options.Skip != 0
            || Options.Include != RecordParts.None || Options.IncludeFields is not null;
        writer.WriteArrayHeader(hasMore ? 10 + RecordPartsFields.Count : 7);
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
        if (!hasMore)
            return;
        FilterField.Write(ref writer, Options.Filter);
        if (Options.MaxDistance is { } distance)
            writer.Write(distance);
        else
            writer.WriteNil();
        writer.Write(Options.Skip);
        RecordPartsFields.Write(ref writer, Options.Include, Options.IncludeFields);
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
            bool hasMore = body.HasNext;
            bool isDefault = top == Defaults.Top && radius is null && candidateLimit is null && targetRecall is null
                && strategy == Defaults.Strategy && !hasMore;
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
            if (hasMore)
                options = ReadMore(ref body, options);
            return new SearchRequest(collection, queries, options);
        }
        catch
        {
            queries.Dispose();
            throw;
        }
    }

    public void Dispose() => Queries.Dispose();

    private static SearchOptions ReadMore(ref BodyReader body, SearchOptions options)
    {
        Filter? filter = FilterField.Read(ref body);
        float? maxDistance = body.TryReadNil() ? null : (float)body.ReadDouble("max distance");
        int skip = body.ReadInt32OrDefault("skip", 0);
        (RecordParts include, string[]? names) = RecordPartsFields.Read(ref body, RecordParts.None);
        return options with { Filter = filter, MaxDistance = maxDistance, Skip = skip, Include = include, IncludeFields = names };
    }

    private static void WriteOptional(ref MessagePackWriter writer, int? value)
    {
        if (value is { } number)
            writer.Write(number);
        else
            writer.WriteNil();
    }
}
