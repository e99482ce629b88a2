using System.Linq.Expressions;

namespace HashDb.Abstractions.Tests.Filters;

public sealed class FilterExpressionTests
{
    private static readonly string[] Titles = ["a", "b"];

    [Fact]
    public void What_would_mean_something_else_in_a_filter_is_refused()
    {
        // A cast that rounds: 2.5 would count as 2.
        Unsupported(x => (int)x.Score == 2);
        Unsupported(x => (byte)x.Year == 5);
        // A comparer that a filter does not have.
        Unsupported(x => Titles.Contains(x.Title, StringComparer.OrdinalIgnoreCase));
        Unsupported(x => x.Tags.Contains("A", StringComparer.OrdinalIgnoreCase));
        Unsupported(x => x.Tags.Any(tag => Titles.Contains(tag, StringComparer.OrdinalIgnoreCase)));
        // An order that is that of the numbers, while the names are stored.
        Unsupported(x => x.Kind < Genre.Poem);
        Unsupported(x => x.Kind >= Genre.Prose);
        // Part of a text, in either direction.
        Unsupported(x => "abc".Contains(x.Title!));
        Unsupported(x => x.Title!.EndsWith('a'));
    }

    [Fact]
    public void What_compares_two_properties_is_refused_with_the_expression()
    {
        Unsupported(x => x.Title!.StartsWith(x.Other!)).ShouldContain("Other");
        Unsupported(x => x.Title!.Equals(x.Other)).ShouldContain("Other");
        Unsupported(x => x.Tags.Any(tag => tag == x.Title)).ShouldContain("Title");
        Unsupported(x => x.Tags.Contains(x.Title!)).ShouldContain("Title");
        Unsupported(x => x.Tags.Any(tag => tag == tag + "x"));
        Unsupported(x => new[] { x.Title }.Contains(x.Other));
        Unsupported(x => x.Year + 1 == 3).ShouldContain("Year");
        Unsupported(x => x.At.Year == 2024);
    }

    [Fact]
    public void What_does_not_depend_on_the_record_is_decided_now_as_csharp_does()
    {
        int? from = null;
        string[]? wanted = null;
        bool isAll = true;
        Text(x => from == null || x.Year > from.Value).ShouldBe("true");
        Text(x => isAll || wanted!.Contains(x.Title)).ShouldBe("true");
        Text(x => !isAll && wanted!.Contains(x.Title)).ShouldBe("false");
        Text(x => x.Year == 1 && isAll).ShouldBe("Year == 1 && true");
        from = 3;
        Text(x => from == null || x.Year > from.Value).ShouldBe("false || Year > 3");
    }

    [Fact]
    public void Casts_that_keep_the_value_are_passed_over()
    {
        Text(x => (long)x.Year == 5L).ShouldBe("Year == 5");
        Text(x => x.Year < 2.5).ShouldBe("Year < 2.5");
        Text(x => (object?)x.Title == null).ShouldBe("!(exists(Title))");
        Text(x => x.MaybeYear >= 3).ShouldBe("MaybeYear >= 3");
        Text(x => x.MaybeYear.HasValue && x.MaybeYear!.Value != 4).ShouldBe("exists(MaybeYear) && MaybeYear != 4");
        Text(x => x.Small == 3).ShouldBe("Small == 3");
        Text(x => Titles.Where(title => title != "a").Contains(x.Title)).ShouldBe("Title in (\"b\")");
    }

    private static string Text(Expression<Func<Book, bool>> predicate) => Filter.Where(predicate).ToString();

    private static string Unsupported(Expression<Func<Book, bool>> predicate) =>
        Should.Throw<NotSupportedException>(() => Filter.Where(predicate), predicate.ToString()).Message;

    private enum Genre
    {
        Prose,
        Poem,
    }

    private sealed class Book
    {
        public string? Title { get; set; }

        public string? Other { get; set; }

        public int Year { get; set; }

        public int? MaybeYear { get; set; }

        public short Small { get; set; }

        public double Score { get; set; }

        public Genre Kind { get; set; }

        public DateTimeOffset At { get; set; }

        public List<string> Tags { get; set; } = [];
    }
}
