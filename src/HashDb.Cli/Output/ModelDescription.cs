using System.Text.Json;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;

namespace HashDb.Cli.Output;

/// <summary>Prints what a model is, for <c>hashdb model</c> and <c>hashdb train</c>.</summary>
internal static class ModelDescription
{
    public static void Write(CommandContext context, string path, IHashModel model) => Write(context, path, model, null, null);

    /// <summary>Prints a model that has just been trained.</summary>
    /// <param name="context">The running command.</param>
    /// <param name="path">The file of the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows that the trainer was given; a model file only counts those it needed.</param>
    /// <param name="time">Time of the training alone, without reading and writing of files.</param>
    public static void Write(CommandContext context, string path, IHashModel model, int rows, TimeSpan time) =>
        Write(context, path, model, (int?)rows, time);

    private static void Write(CommandContext context, string path, IHashModel model, int? rows, TimeSpan? time)
    {
        ModelProvenance provenance = model.Provenance;
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("model", path);
                json.WriteString("kind", model.Kind);
                json.WriteNumber("dimensions", model.Dimensions);
                json.WriteNumber("bits", model.BitCount);
                json.WriteNumber("tables", model.TableCount);
                json.WriteString("preprocessing", model.Preprocessing.Order.ToString());
                json.WriteString("fingerprint", HashModelFile.Fingerprint(model).ToString());
                json.WriteNumber("seed", provenance.Seed);
                json.WriteNumber("trainingRows", provenance.TrainingRows);
                json.WriteString("dataFingerprint", provenance.DataFingerprint);
                WriteMap(json, "options", provenance.Options);
                WriteMap(json, "training", provenance.Training);
                if (rows is { } count)
                    json.WriteNumber("rows", count);
                if (time is { } elapsed)
                    json.WriteNumber("seconds", elapsed.TotalSeconds);
            });
            return;
        }

        context.Terminal.WriteProperties(path,
        [
            ("Kind", model.Kind),
            ("Dimensions", model.Dimensions),
            ("Bits", model.BitCount),
            ("Tables", model.TableCount),
            ("Preprocessing", model.Preprocessing.Order),
            ("Fingerprint", HashModelFile.Fingerprint(model)),
            ("Seed", provenance.Seed),
            ("Training rows", provenance.TrainingRows),
            ("Fingerprint of the data", provenance.DataFingerprint),
            .. provenance.Options.Select(option => ($"Option {option.Key}", (object?)option.Value)),
            .. provenance.Training.Select(fact => ($"Training {fact.Key}", (object?)fact.Value)),
            .. time is { } elapsed ? [("Time of the training", (object?)elapsed)] : Array.Empty<(string, object?)>(),
        ]);
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, ModelValue>> map)
    {
        json.WriteStartObject(name);
        foreach ((string key, ModelValue value) in map)
        {
            switch (value.Kind)
            {
                case ModelValueKind.Integer:
                    json.WriteNumber(key, value.AsInteger());
                    break;
                case ModelValueKind.Real when double.IsFinite(value.AsReal()):
                    json.WriteNumber(key, value.AsReal());
                    break;
                case ModelValueKind.Boolean:
                    json.WriteBoolean(key, value.AsBoolean());
                    break;
                default:
                    json.WriteString(key, value.ToString());
                    break;
            }
        }

        json.WriteEndObject();
    }
}
