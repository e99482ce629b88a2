using System.Numerics.Tensors;
using HashDb.Models.Data;

namespace HashDb.Models.Tests.Data;

/// <summary>The real files beside the repository, of known shapes and figures.</summary>
public sealed class RealDataTests
{
    [Fact]
    public void Cifar10_features_and_labels_have_their_known_shape()
    {
        FeatureMatrix features = FeatureFile.ReadAll(PathOf("cifar10-gist512.f16.npy"));
        features.Count.ShouldBe(50_000);
        features.Dimensions.ShouldBe(512);
        LabelSet labels = LabelFile.Read(PathOf("cifar10-labels.npy"));
        labels.Count.ShouldBe(50_000);
        labels.ClassCount.ShouldBe(10);
        labels.IsMultiLabel.ShouldBeFalse();
        Counts(labels).Sum().ShouldBe(50_000);

        // A range read by itself is the same as that part of the whole.
        FeatureMatrix part = FeatureFile.ReadAll(PathOf("cifar10-gist512.f16.npy"), RowRange.Parse("12345..12400"));
        part.Values.Span.SequenceEqual(features.Values.Span.Slice(12_345 * 512, 55 * 512)).ShouldBeTrue();
    }

    [Fact]
    public void Corel16k_features_and_multi_hot_labels_have_their_known_shape()
    {
        FeatureMatrix features = FeatureFile.ReadAll(PathOf("corel16k-bow500.npy.gz"));
        features.Count.ShouldBe(10_000);
        features.Dimensions.ShouldBe(500);
        LabelSet labels = LabelFile.Read(PathOf("corel16k-labels.npy.gz"));
        labels.Count.ShouldBe(10_000);
        labels.ClassCount.ShouldBe(153);
        labels.IsMultiLabel.ShouldBeTrue();
        Counts(labels).Sum().ShouldBe(labels.TotalLabelCount);
    }

    [Theory]
    [InlineData("train", 60_000)]
    [InlineData("t10k", 10_000)]
    public void Mnist_images_and_labels_have_their_known_shape(string part, int count)
    {
        FeatureMatrix images = FeatureFile.ReadAll(PathOf($"mnist-{part}-images-idx3-ubyte.gz"));
        images.Count.ShouldBe(count);
        images.Dimensions.ShouldBe(784);
        // The mean intensities that are commonly quoted for MNIST.
        double total = 0;
        for (int row = 0; row < images.Count; row++)
            total += TensorPrimitives.Sum(images[row]);
        (total / (784d * count * 255)).ShouldBe(part == "train" ? 0.1307 : 0.1325, 0.0001);
        LabelSet labels = LabelFile.Read(PathOf($"mnist-{part}-labels-idx1-ubyte.gz"));
        labels.Count.ShouldBe(count);
        labels.ClassCount.ShouldBe(10);
        int[] counts = Counts(labels);
        counts.Sum().ShouldBe(count);
        counts.Min().ShouldBe(part == "train" ? 5_421 : 892);
        counts.Max().ShouldBe(part == "train" ? 6_742 : 1_135);
    }

    private static int[] Counts(LabelSet labels)
    {
        int[] counts = new int[labels.ClassCount];
        for (int row = 0; row < labels.Count; row++)
        {
            foreach (int label in labels[row])
                counts[label]++;
        }

        return counts;
    }

    private static string PathOf(string name)
    {
        string path = Path.GetFullPath(Path.Combine(TestData.RepositoryRoot(), "..", "shared", "data", name));
        Assert.SkipUnless(File.Exists(path), $"shared/data/{name} is not there");
        return path;
    }
}
