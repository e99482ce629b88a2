// Stores the state of a stream learner, docs/MODEL-FILE.md, "The state of a stream".
using HashDb.Models.Files;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>Stores models of kind <c>grh-stream</c>.</summary>
internal sealed class GrhStreamFormat : IHashModelFormat
{
    private const string Items = "items", Updates = "updates", Base = "base", Cost = "cost", Rule = "rule", Alpha = "alpha";
    private const string Averaging = "averaging", CodeSums = "codeSums";
    private const string Current = "current", Sums = "sums", Bias = "bias", Labels = "labels", Counts = "counts", Targets = "targets";

    public string Kind => GrhStreamModel.KindName;

    public void Write(IHashModel model, ModelWriter writer)
    {
        GrhStreamState state = ((GrhStreamModel)model).State;
        int classes = state.Labels.Length;
        writer.AddParameter(Items, state.ItemCount);
        writer.AddParameter(Updates, state.UpdateCount);
        writer.AddParameter(Base, state.Base.ToString());
        writer.AddParameter(Cost, state.Options.Cost);
        writer.AddParameter(Rule, state.Options.Rule.ToString());
        writer.AddParameter(Alpha, state.Options.Alpha);
        writer.AddParameter(Averaging, state.Options.Averaging);
        writer.AddArray<float>(Current, state.Current, model.TableCount, model.BitCount, model.Dimensions);
        writer.AddArray<double>(Sums, state.Sums, model.TableCount, model.BitCount, model.Dimensions);
        if (state.Bias.Length > 0)
            writer.AddArray<float>(Bias, state.Bias, model.TableCount, model.BitCount);
        writer.AddArray<int>(Labels, state.Labels, classes);
        writer.AddArray<long>(Counts, state.Counts, classes);
        writer.AddArray<int>(CodeSums, state.CodeSums, classes, model.TableCount, model.BitCount);
        writer.AddArray<byte>(Targets, state.Targets, classes, model.GetHashcodeByteCount());
    }

    public IHashModel Read(ModelReader reader)
    {
        int tables = reader.TableCount, bits = reader.BitCount, dimensions = reader.Dimensions;
        string ruleName = reader.GetText(Rule);
        GrhStreamOptions options = new()
        {
            Cost = reader.GetReal(Cost, 0, GrhStreamOptions.MaxCost),
            Rule = Enum.TryParse(ruleName, out GrhStreamRule rule) && Enum.IsDefined(rule) && rule.ToString() == ruleName
                ? rule
                : throw new ArgumentException($"There is no rule '{ruleName}'."),
            Alpha = reader.GetReal(Alpha, 0.5, 1),
            Averaging = reader.GetBoolean(Averaging),
        };
        options.Validate();
        long items = reader.GetInteger(Items, 0, long.MaxValue);
        int classes = reader.GetShape(Labels)[0];
        int limit = GrhStreamOptions.ClassLimit(tables * bits);
        if (classes > limit)
            throw new ArgumentException($"A stream has {classes} classes, more than {limit}.");
        int codeBytes = tables * HashcodeMath.ByteCount(bits);
        GrhStreamState state = new()
        {
            Options = options,
            Base = ReadFingerprint(reader.GetText(Base)),
            ItemCount = items,
            UpdateCount = reader.GetInteger(Updates, 0, items),
            Current = reader.GetArray<float>(Current, tables, bits, dimensions),
            Sums = reader.GetArray<double>(Sums, tables, bits, dimensions),
            Bias = reader.HasArray(Bias) ? reader.GetArray<float>(Bias, tables, bits) : [],
            Labels = reader.GetArray<int>(Labels, classes),
            Counts = reader.GetArray<long>(Counts, classes),
            CodeSums = reader.GetArray<int>(CodeSums, classes, tables, bits),
            Targets = reader.GetArray<byte>(Targets, classes, codeBytes),
        };
        Check(state, tables, bits);
        GrhStreamModel model = new(dimensions, bits, tables, state, reader.Preprocessing);
        return model.Provenance.Equals(reader.Provenance)
            ? model
            : throw new ArgumentException("The provenance of a stream holds its kind and its number of items, nothing else.");
    }

    private static void Check(GrhStreamState state, int tables, int bits)
    {
        if (state.Labels.Distinct().Count() != state.Labels.Length)
            throw new ArgumentException("A class has two targets.");
        if (state.Counts.Any(count => count < 1))
            throw new ArgumentException("A class has a target, but never occurred.");
        if (state.CodeSums.Any(sum => Math.Abs((long)sum) > GrhStreamOptions.SettlingItems))
            throw new ArgumentException($"A sum of codes is beyond the {GrhStreamOptions.SettlingItems} items that it is made of.");
        int codeBytes = HashcodeMath.ByteCount(bits);
        for (int at = 0; at < state.Labels.Length * tables * codeBytes; at += codeBytes)
            _ = Hashcode.FromBytes(state.Targets.AsSpan(at, codeBytes), bits);
    }

    private static ModelFingerprint ReadFingerprint(string text)
    {
        try
        {
            return ModelFingerprint.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }
}
