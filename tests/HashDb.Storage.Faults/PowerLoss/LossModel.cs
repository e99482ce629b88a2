namespace HashDb.Storage.Faults.PowerLoss;

/// <summary>Which of the changes of folders that were not flushed a loss of power leaves.</summary>
internal enum FolderLoss
{
    All,
    None,

    /// <summary>The first ones, in the order in which they were made, over all folders: a file system with one journal.</summary>
    Journal,

    /// <summary>The first ones of each folder, of each another number.</summary>
    Folders,

    /// <summary>Any, but of the changes of one name the first ones: a file system without a journal.</summary>
    Names,
}

/// <summary>Which of the changes of a file that were not flushed a loss of power leaves.</summary>
internal enum ContentLoss
{
    All,
    None,

    /// <summary>The first ones, in the order in which they were made.</summary>
    Later,

    /// <summary>Each page of 4,096 bytes as it was at some moment since the last flush; likewise the length.</summary>
    Pages,

    /// <summary>The same for sectors of 512 bytes.</summary>
    Sectors,

    /// <summary>Lengths survive, and what was written does not: a file that grew is full of zeros.</summary>
    AllButLength,
}

/// <summary>What is lost of that which was not flushed when the power goes.</summary>
/// <param name="Folders">Of names: files made, renamed, removed.</param>
/// <param name="Content">Of files.</param>
internal readonly record struct LossModel(FolderLoss Folders, ContentLoss Content)
{
    /// <summary>As after a killed process.</summary>
    public static readonly LossModel NothingLost = new(FolderLoss.None, ContentLoss.None);

    public static LossModel At(Random random) =>
        new((FolderLoss)random.Next((int)FolderLoss.Names + 1), (ContentLoss)random.Next((int)ContentLoss.AllButLength + 1));

    public override string ToString() => $"{Folders}/{Content}";

    public static LossModel Parse(string text)
    {
        string[] parts = text.Split('/');
        return new LossModel(Enum.Parse<FolderLoss>(parts[0]), Enum.Parse<ContentLoss>(parts[1]));
    }
}
