using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Tests.Foundation.Configuration;

public class JsoncParserTests
{
    private readonly List<Notice> notices = [];

    [Theory]
    [InlineData("", "{}")]
    [InlineData("\uFEFF{}", "{}")]
    [InlineData("{\"a\": [1, -2.5e3, true, null,],}", """{"a":[1,-2.5e3,true,null]}""")]
    [InlineData("// first\n{ /* b\n */ \"a\": \"x // no comment\" }", """{"a":"x // no comment"}""")]
    [InlineData("{\"a\":{\"b\":{}}} // end", """{"a":{"b":{}}}""")]
    [InlineData("""{"a":"\u00e9\n\\\/"}""", """{"a":"\u00E9\n\\/"}""")]
    public void Reads_json_with_comments_and_trailing_commas(string text, string json) => Assert.Equal(json, Parse(text).ToString());

    [Theory]
    [InlineData("{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3)]
    [InlineData("{\n  \"a\": yes\n}", 2, 8)]
    [InlineData("{\"a\": \"x\n\"}", 1, 7)]
    [InlineData("{\"a\": 01}", 1, 7)]
    [InlineData("{\"a\": 1", 1, 8)]
    [InlineData("[1]", 1, 1)]
    [InlineData("{} x", 1, 4)]
    [InlineData("/* \n\n", 1, 1)]
    [InlineData("{'a': 1}", 1, 2)]
    public void Says_where_a_text_is_not_json(string text, int line, int column)
    {
        var error = Assert.Throws<JsoncException>(() => Parse(text));
        Assert.Equal(new FilePlace("f.json", line, column), error.Place);
    }

    [Fact]
    public void Refuses_more_levels_than_anyone_writes() =>
        Assert.Throws<JsoncException>(() => Parse("{\"a\":" + new string('[', 10_000)));

    [Fact]
    public void Remembers_the_place_of_each_value()
    {
        var tree = Parse("{\n  \"a\": {\n    \"b\": 7 } }");
        Assert.Equal(new FilePlace("f.json", 3, 10), tree.Find(["a", "b"])!.Place);
    }

    [Fact]
    public void Tells_of_a_key_that_is_written_twice_and_takes_the_last()
    {
        Assert.Equal("""{"b":2,"a":3}""", Parse("{\"a\":1,\"b\":2,\"a\":3}").ToString());
        Assert.Equal(14, Assert.Single(notices).Place.Column);
    }

    private ObjectNode Parse(string text) => new JsoncParser(text, "f.json", notices).ParseObject();
}
