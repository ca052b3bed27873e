using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Tests.Foundation.Assets;

public class FrontMatterTests
{
    [Theory]
    [InlineData("no head", "{}", "no head")]
    [InlineData("---\na: b c\nn: 0.2\nt: true\n---\n\nBody\n", """{"a":"b c","n":0.2,"t":true}""", "Body")]
    [InlineData("---\r\na: 'it''s'\r\nb: \"x: y\" # why\r\n---\r\nBody", """{"a":"it\u0027s","b":"x: y"}""", "Body")]
    [InlineData("---\nlist: [a, b]\nother:\n  - c\n  - \"d\"\nlast:\n- e\n---", """{"list":["a","b"],"other":["c","d"],"last":["e"]}""", "")]
    [InlineData("---\npermission:\n  bash:\n    \"git *\": allow\n    \"*\": ask\n  edit: deny\n---", """{"permission":{"bash":{"git *":"allow","*":"ask"},"edit":"deny"}}""", "")]
    [InlineData("---\ntext: |\n  one\n   two\n\nfold: >\n  three\n  four\n---", """{"text":"one\n two","fold":"three four"}""", "")]
    [InlineData("---\nversion: 1.2.3\ncolor: \"#fff\"\nurl: http://x/y\nempty:\n---", """{"version":"1.2.3","color":"#fff","url":"http://x/y","empty":""}""", "")]
    public void Reads_settings_and_body(string text, string settings, string body)
    {
        var file = FrontMatter.Parse(text, "f.md");
        Assert.Equal((settings, body), (file.Settings.ToString(), file.Body));
    }

    [Theory]
    [InlineData("---\na: b\n", 1)]
    [InlineData("---\na: b\nnonsense\n---", 3)]
    [InlineData("---\na: b\n    c: d\n---", 3)]
    [InlineData("---\na: 1\na: 2\n---", 3)]
    [InlineData("---\n\na: {b: c}\n---", 3)]
    [InlineData("---\na: \"open\n---", 2)]
    public void Names_the_line_that_it_cannot_read(string text, int line) =>
        Assert.Equal(line, Assert.Throws<FrontMatterException>(() => FrontMatter.Parse(text, "f.md")).Place.Line);

    [Fact]
    public void Values_know_their_place() =>
        Assert.Equal(new FilePlace("f.md", 3, 3), ((ObjectNode)FrontMatter.Parse("---\na:\n  b: c\n---", "f.md").Settings["a"]!).Members[0].Place);
}
