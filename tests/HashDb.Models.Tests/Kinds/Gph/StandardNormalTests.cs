using HashDb.Models.Kinds.Gph;

namespace HashDb.Models.Tests.Kinds.Gph;

public sealed class StandardNormalTests
{
    // Values of log(Phi(z)) to 15 digits from tables of an arbitrary-precision program.
    [Theory]
    [InlineData(0, -0.693147180559945)]
    [InlineData(1, -0.172753779023450)]
    [InlineData(-1, -1.84102164500926)]
    [InlineData(-5, -15.0649983939887)]
    [InlineData(-8, -35.0134371599146)]
    [InlineData(-10, -53.2312851505125)]
    [InlineData(-30, -454.321243956343)]
    [InlineData(-40, -804.608442013754)]
    public void LogCumulative_is_right_into_the_tail(double z, double expected) =>
        StandardNormal.LogCumulative(z).ShouldBe(expected, 1e-7 * Math.Max(1, Math.Abs(expected)) * 0.1);

    [Fact]
    public void LogCumulative_has_no_step_where_the_series_begins()
    {
        double below = StandardNormal.LogCumulative(Math.BitDecrement(-8)), above = StandardNormal.LogCumulative(-8);
        below.ShouldBe(above, 1e-7);
    }

    [Fact]
    public void LogCumulative_keeps_the_upper_tail()
    {
        StandardNormal.LogCumulative(10).ShouldBe(-7.61985302416053e-24, 1e-30);
        StandardNormal.LogCumulative(0.5).ShouldBeLessThan(StandardNormal.LogCumulative(0.6));
    }
}
