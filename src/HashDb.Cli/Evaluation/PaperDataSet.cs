namespace HashDb.Cli.Evaluation;

/// <summary>The data sets of the published comparison, which decide the kernels and the values that ours stand beside.</summary>
internal enum PaperDataSet
{
    /// <summary>Any other data: the settings of <see cref="Cifar10"/>, and nothing to compare with.</summary>
    Other = 0,

    /// <summary>GIST descriptors of 512 numbers of the CIFAR-10 images.</summary>
    Cifar10 = 1,

    /// <summary>Grey values of the MNIST digits.</summary>
    Mnist = 2,

    /// <summary>Bags of 500 visual words of Corel images, with sets of keywords as labels.</summary>
    Corel16k = 3,
}
