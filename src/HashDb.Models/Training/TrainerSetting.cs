namespace HashDb.Models.Training;

/// <summary>A setting of a trainer, as a command line shows it and takes it.</summary>
/// <param name="Name">Its name, such as <c>length-scale</c>.</param>
/// <param name="Default">The default, as it would be written.</param>
/// <param name="Range">What it may be, in words.</param>
/// <param name="Description">What it does.</param>
public sealed record TrainerSetting(string Name, string Default, string Range, string Description);
