namespace HashDb.Models.Training;

/// <summary>A default that the training rows cannot meet, and the most they can.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Default">Its default.</param>
/// <param name="Value">The largest value that so many rows allow.</param>
/// <param name="RowCount">Training rows.</param>
public sealed record LoweredSetting(string Name, int Default, int Value, int RowCount);
