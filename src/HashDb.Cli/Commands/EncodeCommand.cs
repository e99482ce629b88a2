using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb encode</c>: the hashcodes of a file of vectors, packed, as an array of bytes.</summary>
internal static class EncodeCommand
{
    /// <summary>4 MiB of vectors at a time: enough for the kernel, little memory however large the file.</summary>
    private const int ChunkBytes = 4 * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<string>("MODEL") { Description = "A model file." };
        Option<string> features = CommonOptions.Features();
        var output = new Option<string>("--out")
        {
            HelpName = "CODES.npy",
            Description = "The file to write: uint8, rows x (tables * ceil(bits / 8)); bit i of a code is bit i % 8 of its byte i / 8.",
            Required = true,
        };
        Option<RowRange?> rows = CommonOptions.Rows();
        var command = new Command("encode", "Write the hashcodes of a file of vectors.") { file, features, output, rows };
        command.SetBody(async context =>
        {
            string path = context.Get(output);
            OutputPath.Check(path, "--out", context.Get(file), context.Get(features));
            IHashModel model = HashModelFile.Load(context.Get(file));
            using FeatureSource source = FeatureSource.Open(context.Get(features), context.Get(rows));
            if (source.Dimensions != model.Dimensions)
                throw new ArgumentException(
                    $"{source.Path} has vectors of {source.Dimensions} dimensions, the model {context.Get(file)} wants "
                    + $"{model.Dimensions}.");

            if (context.Json)
                Encode(model, source, path, null, context.CancellationToken);
            else
                await context.Terminal.WithProgressAsync(
                    "Encoding", source.Count, report => Task.Run(() => Encode(model, source, path, report, context.CancellationToken)));

            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("codes", path);
                    json.WriteNumber("rows", source.Count);
                    json.WriteNumber("bits", model.BitCount);
                    json.WriteNumber("tables", model.TableCount);
                    json.WriteNumber("bytesPerRow", model.GetHashcodeByteCount());
                });
            }
            else
            {
                context.Terminal.WriteProperties(
                    path,
                    [
                        ("Rows", source.Count),
                        ("Bits", model.BitCount),
                        ("Tables", model.TableCount),
                        ("Bytes a row", model.GetHashcodeByteCount())
                    ]);
            }
        });
        return command;
    }

    private static bool Encode(
        IHashModel model, FeatureSource source, string path, Action<double>? report, CancellationToken cancellationToken)
    {
        int rowsAtOnce = Math.Max(1, ChunkBytes / (4 * model.Dimensions));
        int codeBytes = model.GetHashcodeByteCount();
        float[] vectors = new float[rowsAtOnce * model.Dimensions];
        byte[] codes = new byte[rowsAtOnce * codeBytes];
        using NpyWriter writer = NpyWriter.CreateMatrix(path, NpyElementType.UInt8, source.Count, codeBytes);
        long done = 0;
        int count;
        while ((count = source.Read(vectors)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            model.Encode(vectors.AsSpan(0, count * model.Dimensions), count, codes.AsSpan(0, count * codeBytes));
            writer.Write(codes.AsSpan(0, count * codeBytes));
            done += count;
            report?.Invoke(done);
        }

        writer.Complete();
        return true;
    }
}
