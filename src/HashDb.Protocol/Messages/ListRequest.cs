using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol.Messages;

/// <summary>Lists records: [collection, filter, after, limit, skip, order by, descending, include, include fields].</summary>
internal sealed record ListRequest(string Collection, ListOptions Options) : IMessage<ListRequest>
{
    private static readonly ListOptions Defaults = new();

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(7 + RecordPartsFields.Count);
        writer.WriteText(Collection);
        FilterField.Write(ref writer, Options.Filter);
        GetRequest.WriteIds(ref writer, Options.After is { } after ? [after] : []);
        writer.Write(Options.Limit);
        writer.Write(Options.Skip);
        writer.WriteText(Options.OrderBy);
        writer.Write(Options.IsDescending);
        RecordPartsFields.Write(ref writer, Options.Include, Options.IncludeFields);
    }

    public static ListRequest Read(ref BodyReader body)
    {
        string collection = body.ReadText("collection");
        Filter? filter = FilterField.Read(ref body);
        VectorId[] after = body.TryReadNil() ? [] : body.ReadNumbers<VectorId>("after");
        if (after.Length > 1)
            throw new ProtocolException($"A listing goes on after one id; {after.Length} were given.");
        int limit = body.ReadInt32OrDefault("limit", Defaults.Limit);
        int skip = body.ReadInt32OrDefault("skip", Defaults.Skip);
        string? orderBy = body.ReadOptionalText("order by", StorageLimits.MaxFieldNameBytes);
        bool isDescending = !body.TryReadNil() && body.ReadBoolean("descending");
        (RecordParts include, string[]? names) = RecordPartsFields.Read(ref body, Defaults.Include);
        return new ListRequest(
            collection,
            new ListOptions
            {
                Filter = filter,
                After = after.Length == 0 ? (VectorId?)null : after[0],
                Limit = limit,
                Skip = skip,
                OrderBy = orderBy,
                IsDescending = isDescending,
                Include = include,
                IncludeFields = names,
            });
    }
}
