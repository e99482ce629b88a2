using System.Diagnostics.CodeAnalysis;
using HashDb.Cli.Input;
using HashDb.Cli.Report;
using HashDb.Models.Data;

namespace HashDb.Cli.Demo;

/// <summary>The pictures that come with the repository, as vectors and as pictures.</summary>
internal sealed class ImageSet
{
    private const string Folder = "fashion-mnist";
    private const string ImagesName = "t10k-images-idx3-ubyte.gz";
    private const string LabelsName = "t10k-labels-idx1-ubyte.gz";
    private const int Side = 28;

    private static readonly string[] ClassNames =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    private readonly FeatureMatrix _vectors;
    private readonly LabelSet _labels;

    private ImageSet(string imagesPath, string labelsPath, FeatureMatrix vectors, LabelSet labels)
    {
        ImagesPath = imagesPath;
        LabelsPath = labelsPath;
        _vectors = vectors;
        _labels = labels;
    }

    public string ImagesPath { get; }

    public string LabelsPath { get; }

    public int Count => _vectors.Count;

    public static int Dimensions => Side * Side;

    public ReadOnlyMemory<float> Vectors => _vectors.Values;

    /// <summary>Reads the pictures from the <c>data</c> folder above the program or above the current directory.</summary>
    public static ImageSet Load()
    {
        string folder = Find(AppContext.BaseDirectory) ?? Find(Directory.GetCurrentDirectory())
            ?? throw new FileNotFoundException(
                $"No folder data/{Folder} with {ImagesName} lies above {AppContext.BaseDirectory} or "
                + $"{Directory.GetCurrentDirectory()}: run the demo from a clone of the repository.");
        string images = Path.Combine(folder, ImagesName);
        string labels = Path.Combine(folder, LabelsName);
        FeatureMatrix vectors = FeatureFile.ReadAll(images);
        if (vectors.Dimensions != Dimensions)
            throw new InvalidDataException($"{images} has pictures of {vectors.Dimensions} pixels, expected {Dimensions}.");
        LabelSet classes = LabelFile.Read(labels);
        if (classes.Count != vectors.Count)
            throw new InvalidDataException($"{labels} has {classes.Count} entries, but {images} has {vectors.Count} pictures.");
        return new ImageSet(images, labels, vectors, classes);
    }

    public ReadOnlyMemory<float> VectorOf(int row) => Vectors.Slice(row * Dimensions, Dimensions);

    /// <summary>Some of the pictures with their classes, to learn from.</summary>
    public LabelledRows Rows(int first, int count) => new LabelledRows(_vectors, _labels).Select([.. Enumerable.Range(first, count)]);

    public int LabelOf(int row) => _labels[row][0];

    public static string NameOf(int label) => ClassNames[label];

    /// <summary>The picture of a row as a <c>data:</c> address of a PNG, dark on light as the articles are photographed.</summary>
    [SuppressMessage("Design", "CA1055", Justification = "It is the text of an attribute.")]
    public string DataUriOf(int row)
    {
        byte[] pixels = new byte[Dimensions];
        ReadOnlySpan<float> vector = VectorOf(row).Span;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(255 - (byte)vector[i]);
        return "data:image/png;base64," + Convert.ToBase64String(PngEncoder.EncodeGreyscale(pixels, Side, Side));
    }

    private static string? Find(string start)
    {
        for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "data", Folder);
            if (File.Exists(Path.Combine(folder, ImagesName)) && File.Exists(Path.Combine(folder, LabelsName)))
                return folder;
        }

        return null;
    }
}
