using HashDb.Models.Data;

namespace HashDb.Models.Tests.Data;

public sealed class RowRangeTests
{
    [Theory]
    [InlineData("0..10", 0L, 10L)]
    [InlineData("3..4", 3L, 4L)]
    [InlineData("7..", 7L, null)]
    [InlineData("..5", 0L, 5L)]
    [InlineData("0..9223372036854775807", 0L, long.MaxValue)]
    public void Parse_takes_the_three_forms(string text, long start, long? end)
    {
        RowRange range = RowRange.Parse(text);
        range.Start.ShouldBe(start);
        range.End.ShouldBe(end);
        RowRange.Parse(range.ToString()).ShouldBe(range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("5")]
    [InlineData("5.6")]
    [InlineData("-1..5")]
    [InlineData("..-5")]
    [InlineData("+1..5")]
    [InlineData("5..5")]
    [InlineData("6..5")]
    [InlineData("..0")]
    [InlineData(" 1..5")]
    [InlineData("1..5 ")]
    [InlineData("1...5")]
    [InlineData("1..5..7")]
    [InlineData("1,000..2,000")]
    [InlineData("0..9223372036854775808")]
    [InlineData("a..b")]
    public void Parse_refuses_anything_else(string text)
    {
        Should.Throw<FormatException>(() => RowRange.Parse(text)).Message.ShouldContain($"'{text}'");
        RowRange.TryParse(text, out _).ShouldBeFalse();
        RowRange.TryParse(null, out _).ShouldBeFalse();
    }

    [Fact]
    public void Resolve_gives_first_row_and_count()
    {
        RowRange.Parse("2..5").Resolve(5).ShouldBe((2, 3));
        RowRange.Parse("2..").Resolve(5).ShouldBe((2, 3));
        RowRange.Parse("..2").Resolve(5).ShouldBe((0, 2));
        default(RowRange).Resolve(5).ShouldBe((0, 5));
        default(RowRange).Resolve(0).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData("2..6", 5)]
    [InlineData("5..", 5)]
    [InlineData("6..7", 5)]
    [InlineData("..1", 0)]
    public void Resolve_outside_the_file_names_range_and_rows(string text, long rowCount)
    {
        string message = Should.Throw<ArgumentOutOfRangeException>(() => RowRange.Parse(text).Resolve(rowCount, "x.npy")).Message;
        message.ShouldContain(RowRange.Parse(text).ToString());
        message.ShouldContain("x.npy");
        message.ShouldContain($"{rowCount} rows");
    }

    [Fact]
    public void Constructor_refuses_what_cannot_be_written()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RowRange(-1, null));
        Should.Throw<ArgumentOutOfRangeException>(() => new RowRange(3, 3));
        Should.Throw<ArgumentOutOfRangeException>(() => new RowRange(3, -1));
    }
}
