using System.Diagnostics;
using HashDb.Models.Data;
using HashDb.Models.Tests.Data.Support;

namespace HashDb.Models.Tests.Data;

// Files of other kinds were refused with six bytes in hexadecimal; a named pipe was waited for without an end.
public sealed class UnreadFileTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x,y\n1.0,2.0\n", "CSV")]
    [InlineData("{\"rows\": [1, 2]}", "JSON")]
    [InlineData("[[1, 2], [3, 4]]", "JSON")]
    [InlineData("PAR1\u0015\u0004", "Parquet")]
    [InlineData("PK\u0003\u0004\u0014", "numpy.savez")]
    [InlineData("\u0089HDF\r\n\u001a\n", "HDF5")]
    [InlineData("\u0080\u0004\u0095", "pickle")]
    [InlineData("MATLAB 5.0 MAT-file", "MATLAB")]
    [InlineData("ARROW1\0\0", "Arrow")]
    [InlineData("", "empty")]
    public void File_of_another_kind_is_named_with_what_to_do(string content, string named)
    {
        string path = _folder.Write("a.dat", System.Text.Encoding.Latin1.GetBytes(content));
        foreach (Action read in (Action[])[() => FeatureFile.ReadAll(path), () => LabelFile.Read(path), () => IdFile.Read(path)])
        {
            string message = Should.Throw<CorruptDataException>(read).Message;
            message.ShouldContain(named);
            message.ShouldNotContain("\n");
            if (content.Length > 0)
                message.ShouldContain("numpy.save");
        }
    }

    [Fact]
    public void Folder_and_empty_path_are_named()
    {
        string folder = Path.GetDirectoryName(_folder.PathOf("a"))!;
        Should.Throw<NotSupportedException>(() => FeatureFile.Open(folder)).Message.ShouldContain("folder");
        Should.Throw<ArgumentException>(() => FeatureFile.Open("")).Message.ShouldContain("empty");
        Should.Throw<FileNotFoundException>(() => FeatureFile.Open(_folder.PathOf("nosuch.npy"))).Message.ShouldContain("nosuch.npy");
    }

    [Fact]
    public void Pipe_is_refused_at_once_also_when_nobody_writes_to_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Makes a named pipe.");
        string path = _folder.PathOf("pipe.npy");
        using (Process make = Process.Start("mkfifo", [path]))
            make.WaitForExit();
        Should.Throw<NotSupportedException>(() => FeatureFile.Open(path)).Message.ShouldContain("write the data to a file");
        Should.Throw<CorruptDataException>(() => FeatureFile.Open("/dev/null")).Message.ShouldContain("empty");
    }
}
