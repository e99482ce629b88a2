using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using HashDb.Cli.Tests.Support;

namespace HashDb.Cli.Tests;

// Some twenty kinds of sound files (a numpy array of another type or order, a pipe, a folder) ended in "an error that should not happen"
// and a stack trace. Whatever a file, an option or a stream can cause is one line.
public sealed class UnreadInputTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    public static TheoryData<string, string> Arrays => new()
    {
        { "structured", "[('a', '<f4'), ('b', '<i4')]|(4,)|32" },
        { "structured with breaks", "[('a\n\nb', '<f4')]|(4,)|16" },
        { "objects", "'|O'|(4, 2)|64" },
        { "complex", "'<c16'|(4, 2)|128" },
        { "dates", "'<M8[ns]'|(4, 2)|64" },
        { "time spans", "'<m8[D]'|(4, 2)|64" },
        { "text", "'<U5'|(4, 2)|160" },
        { "bytes", "'|S3'|(4, 2)|24" },
        { "raw", "'|V7'|(4, 2)|56" },
        { "long double", "'<f16'|(4, 2)|128" },
        { "nothing", "'<f4'|(4, 0)|0" },
        { "a single number", "'<f4'|()|4" },
        { "one axis", "'<f4'|(8,)|32" },
        { "huge", "'<f4'|(9000000000000, 60000)|8" },
        { "wide", "'<f4'|(1, 70000)|280000" },
        { "cut off", "'<f4'|(4, 2)|31" },
        { "too long", "'<f4'|(4, 2)|33" },
        { "nine axes", "'<f4'|(1, 1, 1, 1, 1, 1, 1, 1, 1)|4" },
        { "no dtype", "5|(4, 2)|32" },
    };

    public static TheoryData<string, string> Files => new()
    {
        { "data.csv", "a,b\n1,2\n3,4\n" },
        { "data.json", "[[1, 2], [3, 4]]" },
        { "data.parquet", "PAR1\u0015\u0004\u0015" },
        { "data.h5", "\u0089HDF\r\n\u001a\n" },
        { "data.npz", "PK\u0003\u0004" },
        { "data.pkl", "\u0080\u0004\u0095\u0000" },
        { "data.mat", "MATLAB 5.0 MAT-file" },
        { "data.fvecs", "\u0001" },
        { "data.fbin", "\u0001\u0000\u0000\u0000\u0002\u0000\u0000\u0000" },
        { "data.gz", "\u001f\u008b" },
        { "empty.npy", "" },
    };

    [Theory]
    [MemberData(nameof(Arrays))]
    public async Task Array_that_is_not_read_is_one_line_that_names_the_file(string name, string array)
    {
        string[] parts = array.Split('|');
        string descr = array.StartsWith("'|", StringComparison.Ordinal) ? $"'|{parts[1]}" : parts[0];
        byte[] header = Encoding.Latin1.GetBytes($"{{'descr': {descr}, 'fortran_order': False, 'shape': {parts[^2]}, }}\n");
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, .. length, .. header, .. new byte[int.Parse(parts[^1])]];
        await File.WriteAllBytesAsync(_sample["array.npy"], bytes);

        await ShouldBeOneLineAsync(name, Train(_sample["array.npy"]), "array.npy");
        if (name is not ("one axis" or "nothing" or "a single number" or "nine axes"))
            await ShouldBeOneLineAsync(name, TrainWithLabels(_sample["array.npy"]), "array.npy");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_of_another_kind_is_one_line_that_names_it(string name, string content)
    {
        await File.WriteAllBytesAsync(_sample[name], Encoding.Latin1.GetBytes(content));

        await ShouldBeOneLineAsync(name, Train(_sample[name]), name);
        await ShouldBeOneLineAsync(name, ["model", _sample[name]], name);
    }

    [Fact]
    public async Task Path_that_is_no_file_is_one_line_and_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Makes a named pipe.");
        using (Process make = Process.Start("mkfifo", [_sample["pipe.npy"]]))
            await make.WaitForExitAsync();
        foreach (string path in (string[])[_sample["pipe.npy"], _sample.Root, "/dev/null", _sample["nosuch.npy"], _sample["no/such.npy"]])
        {
            await ShouldBeOneLineAsync(path, Train(path), path);
            await ShouldBeOneLineAsync(path, TrainWithLabels(path), path);
        }

        await ShouldBeOneLineAsync("a pipe as a model", ["model", _sample["pipe.npy"]], "pipe.npy");
        await ShouldBeOneLineAsync("a folder as a model", ["model", _sample.Root], _sample.Root);
        await ShouldBeOneLineAsync("nothing", Train(""), "empty");
        CommandResult piped = await HashDbProcess.ShellAsync(
            "cat \"$1\" | \"$HASHDB\" train lsh --features /dev/stdin --bits 16 --out \"$2\"", _sample.Features, _sample["m"]);
        piped.ExitCode.ShouldBe(1);
        piped.Error.ShouldContain("write the data to a file");
        piped.Error.Count(c => c == '\n').ShouldBe(1, piped.Error);
    }

    [Fact]
    public async Task File_that_may_not_be_read_is_one_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Takes the permissions of a file away.");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_sample.Features, UnixFileMode.None);
        await ShouldBeOneLineAsync("unreadable", Train(_sample.Features), "features.npy");
    }

    [Fact]
    public async Task Name_with_line_breaks_is_still_one_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Such names are for Unix.");
        await File.WriteAllTextAsync(_sample["a\n   at b.npy"], "1,2\n");
        await ShouldBeOneLineAsync("breaks", Train(_sample["a\n   at b.npy"]), "b.npy");
    }

    [Fact]
    public async Task Refused_ids_and_options_are_one_line()
    {
        await _sample.CreateAsync();
        await ShouldBeOneLineAsync(
            "ids of two axes",
            ["import", _sample.Database, Sample.Collection, "--features", _sample.Features, "--ids", _sample.Features],
            "features.npy");
        await ShouldBeOneLineAsync("a range outside the file", [.. Train(_sample.Features), "--rows", "100..1000"], "400 rows");
        await ShouldBeOneLineAsync(
            "a certificate that is none", ["stats", "hashdbs://127.0.0.1:1", "--ca", _sample.Features], "features.npy");
    }

    private string[] Train(string features) => ["train", "lsh", "--features", features, "--bits", "16", "--out", _sample["m"]];

    private string[] TrainWithLabels(string labels) =>
        ["train", "cca-itq", "--features", _sample.Features, "--labels", labels, "--bits", "8", "--out", _sample["m"]];

    private static async Task ShouldBeOneLineAsync(string what, string[] arguments, string named)
    {
        CommandResult result = await HashDbProcess.RunAsync(arguments);
        result.ExitCode.ShouldBe(1, $"{what}: {result.Output}{result.Error}");
        result.Error.ShouldStartWith("hashdb: ", Case.Sensitive, what);
        result.Error.TrimEnd('\n').ShouldNotContain("\n", Case.Sensitive, $"{what}: {result.Error}");
        result.Error.ShouldContain(named, Case.Sensitive, what);
        result.Error.ShouldNotContain("should not happen", Case.Sensitive, what);
        result.Error.ShouldNotContain("Actual value", Case.Sensitive, what);
        result.Error.ShouldNotContain("(Parameter", Case.Sensitive, what);
    }
}
