using System.Buffers;
using System.Diagnostics;
using HashDb.Abstractions.Tests.Support;
using HashDb.Serialization;

namespace HashDb.Abstractions.Tests.Serialization.Peers;

/// <summary>Documents exchanged with Debian's python3-msgpack, an implementation that shares nothing with ours.</summary>
public sealed class PythonPeerTests
{
    private const string Python = "/usr/bin/python3";
    private const int DocumentCount = 2_000;

    [Fact]
    public void Documents_of_ours_mean_the_same_to_python()
    {
        SkipUnlessPresent();
        object?[] documents = [.. Enumerable.Range(0, DocumentCount).Select(DocumentGenerator.Next)];
        string input = string.Concat(documents.Select(document => Bytes.ToHex(Document.Encode(document)) + "\n"));
        string[] descriptions = Run(input, "decode");
        descriptions.Length.ShouldBe(DocumentCount);
        for (int i = 0; i < DocumentCount; i++)
            descriptions[i].ShouldBe(Document.Describe(documents[i]), $"seed {i}");
    }

    [Fact]
    public void Documents_of_python_mean_the_same_to_us_and_are_written_back_alike()
    {
        SkipUnlessPresent();
        string[] lines = Run("", "encode", "1", DocumentCount.ToString(System.Globalization.CultureInfo.InvariantCulture));
        lines.Length.ShouldBe(DocumentCount);
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            byte[] bytes = Bytes.FromHex(parts[0]);
            StrictMessagePackReader.EnsureOneValue(new ReadOnlySequence<byte>(bytes));
            object? document = Document.Decode(new ReadOnlySequence<byte>(bytes));
            Document.Describe(document).ShouldBe(parts[1]);
            // Python writes the smallest encodings too, so that the bytes must be the same.
            Bytes.ToHex(Document.Encode(document)).ShouldBe(parts[0]);
        }
    }

    private static void SkipUnlessPresent() =>
        Assert.SkipUnless(
            File.Exists(Python) && Start("", "-c", "import msgpack").ExitCode == 0,
            "python3-msgpack is not installed; scripts/install-test-peers.sh installs it");

    private static string[] Run(string input, params string[] arguments)
    {
        (int exitCode, string output, string errors) =
            Start(input, [Path.Combine(AppContext.BaseDirectory, "Serialization", "Peers", "peer.py"), .. arguments]);
        exitCode.ShouldBe(0, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int ExitCode, string Output, string Errors) Start(string input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }
}
