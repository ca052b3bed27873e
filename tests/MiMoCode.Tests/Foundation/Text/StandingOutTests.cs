using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

public sealed class StandingOutTests
{
    [Fact]
    public void Names_the_lines_of_a_log_that_are_unlike_the_rest()
    {
        var lines = Enumerable.Range(0, 900).Select(at => at % 3 is 0 ? $"worker-{at} wrote {at * 7} rows in {at % 90} ms" : $"GET /v1/items/{at} 200 {at % 400}ms").ToList();
        lines[311] = "could not reach the licence server, retrying later";
        lines[702] = "证书将在本周过期，请联系管理员";
        Assert.Equal([311, 702], StandingOut.In(lines));
    }

    [Fact]
    public void Names_none_where_every_line_is_unlike_the_others() =>
        Assert.Empty(StandingOut.In([.. Enumerable.Range(0, 200).Select(at => $"{Word(at)} {Word(at + 1_000)} {Word(at + 2_000)}")]));

    private static string Word(int number) => string.Concat(Enumerable.Range(0, 4).Select(digit => (char)('a' + (number >> (digit * 4) & 15)))) + "word";
}
