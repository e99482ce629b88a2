using HashDb.Server.Internal.Telemetry;

namespace HashDb.Server.Tests;

public sealed class LogGateTests
{
    [Fact]
    public void Messages_beyond_the_limit_of_a_second_are_left_out_and_counted_in_the_next()
    {
        var gate = new LogGate();
        int passed = 0;
        for (int i = 0; i < 100; i++)
        {
            passed += gate.TryPass(7, out long leftOut) ? 1 : 0;
            leftOut.ShouldBe(0);
        }

        passed.ShouldBe(LogGate.MessagesPerSecond);
        gate.TryPass(8, out long counted).ShouldBeTrue();
        counted.ShouldBe(100 - LogGate.MessagesPerSecond);
        gate.TryPass(8, out long again).ShouldBeTrue();
        again.ShouldBe(0);
    }
}
