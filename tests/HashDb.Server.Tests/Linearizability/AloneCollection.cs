namespace HashDb.Server.Tests.Linearizability;

/// <summary>Tests that load the machine so much that others would wait for it: they run by themselves.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
