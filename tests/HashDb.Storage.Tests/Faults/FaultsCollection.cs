namespace HashDb.Storage.Tests.Faults;

/// <summary>Tests that set the process-wide hook of the fault points run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultsCollection
{
    public const string Name = "faults";
}
