using HashDb.Models.Training;

namespace HashDb.Storage.Learning;

/// <summary>A draft at one moment. Immutable.</summary>
/// <param name="State">What was learned.</param>
/// <param name="Reservoir">Recent items to measure with.</param>
/// <param name="SequenceNumber">The last log operation that it holds.</param>
internal sealed record DraftSnapshot(IStreamState State, DraftReservoir Reservoir, long SequenceNumber);
