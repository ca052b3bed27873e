using System.Text.Json;
using MiMoCode.Engine.Features.Output;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}""", """{"a":1,"b":2}""")]
    [InlineData("""{"type":["string","null"]}""", "null")]
    [InlineData("""{"type":"integer"}""", "3.0")]
    [InlineData("""{"enum":[{"a":[1]},2]}""", """{"a":[1]}""")]
    [InlineData("""{"items":{"$ref":"#/$defs/word"},"$defs":{"word":{"type":"string","pattern":"^[a-z]+$"}}}""", """["a","bc"]""")]
    [InlineData("""{"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false}""", """{"next":{"next":{}}}""")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"number"}]}""", "1")]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}""", """["a",1,2]""")]
    [InlineData("""{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"maxProperties":0}}""", "{}")]
    [InlineData("""{"multipleOf":0.1}""", "0.3")]
    [InlineData("""{"type":"string","maxLength":2,"format":"email"}""", "\"😀😀\"")]
    [InlineData("true", "{}")]
    public void Lets_what_fits_through(string schema, string value) => Assert.Empty(Check(schema, value));

    [Theory]
    [InlineData("""{"type":"object","required":["a"]}""", "{}", "$.a is missing")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1.5}""", "$.a must be integer, but is number")]
    [InlineData("""{"additionalProperties":false}""", """{"x":1}""", "$.x is not a member that is allowed there")]
    [InlineData("""{"items":{"minimum":2}}""", "[3,1]", "$[1] must be at least 2")]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1},{"a":1}]""", "$ holds the same item twice")]
    [InlineData("""{"not":{"type":"null"}}""", "null", "$ fits what \"not\" rules out")]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"integer"}]}""", "1", "$ must fit exactly one of the schemas of oneOf, but fits 2")]
    [InlineData("""{"const":1}""", "2", "$ must be 1, but is 2")]
    [InlineData("""{"patternProperties":{"^n":{"type":"number"}},"additionalProperties":false}""", """{"n1":"a"}""", "$.n1 must be number, but is string")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", "$.ab is not a name that is allowed there")]
    [InlineData("""{"contains":{"const":1}}""", "[2]", "$ holds no item that fits \"contains\"")]
    [InlineData("false", "1", "$ must not be there")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}""", "1", "$: the schema's references lead nowhere")]
    public void Says_what_does_not_fit_and_where(string schema, string value, string problem) => Assert.Contains(problem, Check(schema, value));

    [Theory]
    [InlineData("""{"unevaluatedProperties":false}""", "#/unevaluatedProperties is a keyword that is not understood here")]
    [InlineData("""{"properties":{"a":{"$dynamicRef":"#x"}}}""", "#/properties/a/$dynamicRef is a keyword that is not understood here")]
    [InlineData("""{"$ref":"https://example.com/s.json"}""", "#/$ref points outside of the schema, or nowhere: https://example.com/s.json")]
    [InlineData("""{"type":"text"}""", "#/type names no type of JSON")]
    [InlineData("""{"pattern":"("}""", "#/pattern is no pattern")]
    [InlineData("""{"required":"a"}""", "#/required must be a list of names")]
    [InlineData("[]", "# is no schema")]
    [InlineData("""{"allOf":{}}""", "#/allOf must be a list of schemas")]
    public void Refuses_a_schema_that_it_could_not_check_whole(string schema, string problem) =>
        Assert.StartsWith(problem, JsonSchema.Read(Parse(schema)).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData(" \n{\"a\":1}\n")]
    [InlineData("```json\n{\"a\":1}\n```")]
    public void Reads_the_value_of_an_answer(string answer) =>
        Assert.Equal(1, OutputSchema.Read(new(Parse("""{"required":["a"]}""")), answer).Value!.Value.GetProperty("a").GetInt32());

    [Fact]
    public void Prose_is_no_value() =>
        Assert.StartsWith("it is not JSON", Assert.Single(OutputSchema.Read(new(Parse("true")), "Here it is: {}").Problems), StringComparison.Ordinal);

    private static IEnumerable<string> Check(string schema, string value)
    {
        var (read, problem) = JsonSchema.Read(Parse(schema));
        Assert.Null(problem);
        return read!.Check(Parse(value));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
