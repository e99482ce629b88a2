namespace HashDb.Storage.Tests.Faults;

/// <summary>Hooks for the fault points that behave like a full or failing device.</summary>
internal static class Device
{
    private const int NoSpace = 28;
    private const int InputOutputError = 5;

    public static Action<string> FullAt(string point) => At(point, NoSpace, "No space left on device");

    public static Action<string> FailingAt(string point) => At(point, InputOutputError, "Input/output error");

    private static Action<string> At(string point, int error, string message) => passed =>
    {
        if (passed == point)
            throw new IOException(message, error);
    };
}
