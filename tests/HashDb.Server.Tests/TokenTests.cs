using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Access;

namespace HashDb.Server.Tests;

public sealed class TokenTests
{
    [Fact]
    public void Token_is_found_under_its_line_with_its_scope()
    {
        string read = AccessToken.Create();
        string admin = AccessToken.Create();
        TokenTable table = TokenTable.Load(
            [
                "# for the pipeline",
                "",
                AccessToken.ToLine(read, AccessScope.Read),
                $"  {AccessToken.ToLine(admin, AccessScope.Admin).ToUpperInvariant().Replace("ADMIN", "admin", StringComparison.Ordinal)}"
            ],
            null);

        table.Count.ShouldBe(2);
        table.Find(read).ShouldBe(AccessScope.Read);
        table.Find(admin).ShouldBe(AccessScope.Admin);
        table.Find(AccessToken.Create()).ShouldBe(AccessScope.None);
        table.Find("").ShouldBe(AccessScope.None);
    }

    [Fact]
    public void Tokens_are_long_and_never_the_same()
    {
        string[] tokens = [.. Enumerable.Range(0, 1_000).Select(_ => AccessToken.Create())];

        tokens.Distinct().Count().ShouldBe(1_000);
        tokens.ShouldAllBe(
            token => token.StartsWith(AccessToken.Prefix, StringComparison.Ordinal) && token.Length == AccessToken.Prefix.Length + 43);
    }

    [Theory]
    [InlineData("hashdb_PyrCZufZFZkC1WVYwWub4uj7gR9xMuPUeN3ji")]
    [InlineData("root:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("read:hashdb_PyrCZufZFZkC1WVYwWub4uj7gR9xMuPUeN3ji")]
    [InlineData("read:00")]
    [InlineData("read:zz00000000000000000000000000000000000000000000000000000000000000")]
    public void Line_that_is_none_is_refused_by_number_without_repeating_it(string line)
    {
        string message = Should.Throw<ArgumentException>(() => TokenTable.Load(["# comment", line], null)).Message;

        message.ShouldContain("ine 2");
        message.ShouldNotContain(line.Split(':')[^1]);
    }

    [Fact]
    public void File_without_a_token_is_refused_rather_than_taken_for_no_tokens_wanted()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# nobody yet\n");
            Should.Throw<ArgumentException>(() => TokenTable.Load([], file)).Message.ShouldContain(file);
        }
        finally
        {
            File.Delete(file);
        }

        Should.Throw<ArgumentException>(() => TokenTable.Load([], file)).Message.ShouldContain("cannot be read");
    }
}
