using System.Diagnostics;
using MiMoCode.Engine.Tools.Web;

namespace MiMoCode.Tests.Tools;

public sealed class HtmlMarkdownTests
{
    private static readonly Uri Address = new("https://site.example/docs/page");

    [Theory]
    [InlineData("<p>one\n   two</p><p>three</p>", "one two\n\nthree")]
    [InlineData("<h2>Head</h2>text", "## Head\n\ntext")]
    [InlineData("a <b>bold</b> and <em>soft</em> <code>x &lt; y</code>", "a **bold** and *soft* `x < y`")]
    [InlineData("<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>end", "- a\n- b\n  1. c\n  2. d\n\nend")]
    [InlineData("<pre><code>if (a &lt; b)\n    go();\n</code></pre>after", "```\nif (a < b)\n    go();\n\n```\n\nafter")]
    [InlineData("<blockquote><p>said</p><p>more</p></blockquote>after", "> said\n> \n> more\n\nafter")]
    [InlineData("<a href='other?a=1&amp;b=2'>go</a> <a href=\"#top\">up</a> <a href=\"javascript:x()\">no</a>", "[go](https://site.example/docs/other?a=1&b=2) up no")]
    [InlineData("<table><tr><th>k</th><th>v</th></tr><tr><td>a</td><td>1</td></tr></table>", "k | v\na | 1")]
    [InlineData("<img src=\"/i.png\" alt=\"a dog\">", "![a dog](https://site.example/i.png)")]
    [InlineData("one<br>two<hr>three", "one\ntwo\n\n---\n\nthree")]
    [InlineData("<!-- no --><style>p { }</style><script>if (a < b) \"</p>\"</script>yes<noscript>no</noscript>", "yes")]
    [InlineData("a < b <p title=\"x > y\">c</P> <unclosed", "a < b\n\nc")]
    [InlineData("", "")]
    [InlineData("</ul></li></a></pre></blockquote>ok", "ok")]
    public void Is_what_a_reader_would_see(string html, string markdown) => Assert.Equal(markdown, HtmlMarkdown.Of(html, Address));

    [Fact]
    public void Plain_text_has_no_marks() =>
        Assert.Equal("Head\n\na b link\n\n- c", HtmlMarkdown.Of("<h1>Head</h1>a <b>b</b> <a href=\"/x\">link</a><ul><li>c</li></ul>", null));

    [Theory]
    [InlineData("<")]
    [InlineData("<a ")]
    [InlineData("<a href=\"")]
    [InlineData("<!--")]
    [InlineData("<script>")]
    [InlineData("<ul><li>")]
    [InlineData("<a b='\">")]
    public void Takes_broken_pages_in_linear_time(string piece)
    {
        var start = Stopwatch.GetTimestamp();
        HtmlMarkdown.Of(string.Concat(Enumerable.Repeat(piece, 20_000)), Address);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}
