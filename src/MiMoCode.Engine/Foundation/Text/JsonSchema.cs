using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Foundation.Text;

/// <summary>
/// A JSON Schema, in the part of the draft of 2020-12 that people write for answers. A schema with anything else in it is refused
/// as a whole: a check that skips what it does not know would say yes to what it should not.
/// </summary>
internal sealed class JsonSchema
{
    private const int DeepestReference = 100;
    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    private static readonly ImmutableHashSet<string> Notes =
    [
        "$schema", "$id", "$comment", "$anchor", "$defs", "definitions", "title", "description", "default", "examples", "example",
        "deprecated", "readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType",
    ];

    private static readonly ImmutableHashSet<string> Types = ["object", "array", "string", "number", "integer", "boolean", "null"];
    private readonly JsonElement root;
    private readonly Dictionary<string, Regex> patterns = [];

    private JsonSchema(JsonElement root) => this.root = root;

    /// <summary>Reads a schema, or says in words why it cannot be used.</summary>
    public static (JsonSchema? Schema, string? Problem) Read(JsonElement json)
    {
        var schema = new JsonSchema(json);
        return schema.Refuse(json, "#", 0) is { } problem ? (null, problem) : (schema, null);
    }

    /// <summary>What is wrong with a value, each with its place; empty when it fits.</summary>
    public ImmutableArray<string> Check(JsonElement value)
    {
        var problems = new List<string>();
        Check(root, value, "$", 0, problems);
        return [.. problems];
    }

    /// <summary>Why a schema cannot be used; null when it can.</summary>
    private string? Refuse(JsonElement schema, string place, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return null;
        if (schema.ValueKind is not JsonValueKind.Object)
            return $"{place} is no schema: it must be an object, true or false";
        if (depth > DeepestReference)
            return $"{place} is nested too deeply";
        foreach (var keyword in schema.EnumerateObject())
        {
            var below = $"{place}/{keyword.Name}";
            if (RefuseKeyword(keyword.Name, keyword.Value, below, depth) is { } problem)
                return problem;
        }

        return null;
    }

    private string? RefuseKeyword(string name, JsonElement value, string place, int depth) => name switch
    {
        "$defs" or "definitions" or "properties" => Each(value, place, depth),
        "patternProperties" => Each(value, place, depth) ?? value.EnumerateObject().Select(member => RefusePattern(member.Name, place)).FirstOrDefault(wrong => wrong is not null),
        "items" or "additionalProperties" or "propertyNames" or "contains" or "not" or "if" or "then" or "else" => Refuse(value, place, depth + 1),
        "allOf" or "anyOf" or "oneOf" or "prefixItems" => value.ValueKind is JsonValueKind.Array
            ? value.EnumerateArray().Select((each, at) => Refuse(each, $"{place}/{at}", depth + 1)).FirstOrDefault(wrong => wrong is not null)
            : $"{place} must be a list of schemas",
        "type" => TypesOf(value).All(Types.Contains) && TypesOf(value).Any() ? null : $"{place} names no type of JSON",
        "enum" => value.ValueKind is JsonValueKind.Array ? null : $"{place} must be a list",
        "required" => value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(each => each.ValueKind is JsonValueKind.String)
            ? null : $"{place} must be a list of names",
        "pattern" => value.ValueKind is JsonValueKind.String ? RefusePattern(value.GetString()!, place) : $"{place} must be a text",
        "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" =>
            value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0 ? null : $"{place} must be a count",
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" =>
            value.ValueKind is JsonValueKind.Number ? null : $"{place} must be a number",
        "multipleOf" => value.ValueKind is JsonValueKind.Number && value.GetDouble() > 0 ? null : $"{place} must be a number above 0",
        "uniqueItems" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : $"{place} must be true or false",
        "const" => null,
        "$ref" => value.ValueKind is JsonValueKind.String && Find(value.GetString()!) is not null
            ? null : $"{place} points outside of the schema, or nowhere: {value}",
        _ => Notes.Contains(name) ? null : $"{place} is a keyword that is not understood here",
    };

    private string? Each(JsonElement schemas, string place, int depth) => schemas.ValueKind is JsonValueKind.Object
        ? schemas.EnumerateObject().Select(member => Refuse(member.Value, $"{place}/{member.Name}", depth + 1)).FirstOrDefault(wrong => wrong is not null)
        : $"{place} must be an object of schemas";

    private string? RefusePattern(string pattern, string place)
    {
        try
        {
            patterns[pattern] = new Regex(pattern, RegexOptions.CultureInvariant, PatternTime);
            return null;
        }
        catch (ArgumentException wrong)
        {
            return $"{place} is no pattern: {wrong.Message}";
        }
    }

    private void Check(JsonElement schema, JsonElement value, string place, int depth, List<string> problems)
    {
        if (schema.ValueKind is JsonValueKind.True)
            return;
        if (schema.ValueKind is JsonValueKind.False)
        {
            problems.Add($"{place} must not be there");
            return;
        }

        // A reference that leads to itself would go on for ever.
        if (depth > DeepestReference)
        {
            problems.Add($"{place}: the schema's references lead nowhere");
            return;
        }

        if (schema.TryGetProperty("$ref", out var reference))
            Check(Find(reference.GetString()!)!.Value, value, place, depth + 1, problems);
        if (schema.TryGetProperty("type", out var type) && !TypesOf(type).Any(each => Is(value, each)))
        {
            problems.Add($"{place} must be {string.Join(" or ", TypesOf(type))}, but is {Kind(value)}");
            return;
        }

        CheckFixed(schema, value, place, problems);
        CheckCombined(schema, value, place, depth, problems);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, place, depth, problems);
                break;
            case JsonValueKind.Array:
                CheckArray(schema, value, place, depth, problems);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetString()!, place, problems);
                break;
            case JsonValueKind.Number:
                CheckNumber(schema, value.GetDouble(), place, problems);
                break;
        }
    }

    private static void CheckFixed(JsonElement schema, JsonElement value, string place, List<string> problems)
    {
        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(each => JsonElement.DeepEquals(each, value)))
            problems.Add($"{place} must be one of {values.GetRawText()}, but is {Short(value)}");
        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
            problems.Add($"{place} must be {only.GetRawText()}, but is {Short(value)}");
    }

    private void CheckCombined(JsonElement schema, JsonElement value, string place, int depth, List<string> problems)
    {
        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var each in all.EnumerateArray())
                Check(each, value, place, depth + 1, problems);
        }

        if (schema.TryGetProperty("anyOf", out var any) && !any.EnumerateArray().Any(each => Fits(each, value, depth)))
            problems.Add($"{place} fits none of the schemas of anyOf");
        if (schema.TryGetProperty("oneOf", out var one) && one.EnumerateArray().Count(each => Fits(each, value, depth)) is not 1 and var count)
            problems.Add($"{place} must fit exactly one of the schemas of oneOf, but fits {count}");
        if (schema.TryGetProperty("not", out var not) && Fits(not, value, depth))
            problems.Add($"{place} fits what \"not\" rules out");
        if (schema.TryGetProperty("if", out var condition) && schema.TryGetProperty(Fits(condition, value, depth) ? "then" : "else", out var branch))
            Check(branch, value, place, depth + 1, problems);
    }

    private void CheckObject(JsonElement schema, JsonElement value, string place, int depth, List<string> problems)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(each => each.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
                problems.Add($"{place}.{name} is missing");
        }

        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("propertyNames", out var names) && !Fits(names, NameOf(member.Name), depth))
                problems.Add($"{place}.{member.Name} is not a name that is allowed there");
            CheckMember(schema, member, place, depth, problems);
        }

        Count(schema, "minProperties", "maxProperties", value.EnumerateObject().Count(), "members", place, problems);
    }

    private void CheckMember(JsonElement schema, JsonProperty member, string place, int depth, List<string> problems)
    {
        var (below, isKnown) = ($"{place}.{member.Name}", false);
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var own))
        {
            isKnown = true;
            Check(own, member.Value, below, depth + 1, problems);
        }

        if (schema.TryGetProperty("patternProperties", out var byPattern))
        {
            foreach (var each in byPattern.EnumerateObject().Where(each => Matches(each.Name, member.Name)))
            {
                isKnown = true;
                Check(each.Value, member.Value, below, depth + 1, problems);
            }
        }

        if (isKnown || !schema.TryGetProperty("additionalProperties", out var more))
            return;
        if (more.ValueKind is JsonValueKind.False)
            problems.Add($"{below} is not a member that is allowed there");
        else
            Check(more, member.Value, below, depth + 1, problems);
    }

    private void CheckArray(JsonElement schema, JsonElement value, string place, int depth, List<string> problems)
    {
        JsonElement[] first = schema.TryGetProperty("prefixItems", out var prefix) ? [.. prefix.EnumerateArray()] : [];
        foreach (var (at, item) in value.EnumerateArray().Index())
        {
            if (at < first.Length)
                Check(first[at], item, $"{place}[{at}]", depth + 1, problems);
            else if (schema.TryGetProperty("items", out var items))
                Check(items, item, $"{place}[{at}]", depth + 1, problems);
        }

        Count(schema, "minItems", "maxItems", value.GetArrayLength(), "items", place, problems);
        if (schema.TryGetProperty("contains", out var wanted) && !value.EnumerateArray().Any(item => Fits(wanted, item, depth)))
            problems.Add($"{place} holds no item that fits \"contains\"");
        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind is JsonValueKind.True && HasTwins(value))
            problems.Add($"{place} holds the same item twice");
    }

    private void CheckText(JsonElement schema, string text, string place, List<string> problems)
    {
        Count(schema, "minLength", "maxLength", text.EnumerateRunes().Count(), "characters", place, problems);
        if (schema.TryGetProperty("pattern", out var pattern) && !Matches(pattern.GetString()!, text))
            problems.Add($"{place} does not match the pattern {pattern.GetString()}");
    }

    private static void CheckNumber(JsonElement schema, double number, string place, List<string> problems)
    {
        if (schema.TryGetProperty("minimum", out var least) && number < least.GetDouble())
            problems.Add($"{place} must be at least {least}");
        if (schema.TryGetProperty("maximum", out var most) && number > most.GetDouble())
            problems.Add($"{place} must be at most {most}");
        if (schema.TryGetProperty("exclusiveMinimum", out var above) && number <= above.GetDouble())
            problems.Add($"{place} must be above {above}");
        if (schema.TryGetProperty("exclusiveMaximum", out var below) && number >= below.GetDouble())
            problems.Add($"{place} must be below {below}");
        if (schema.TryGetProperty("multipleOf", out var unit) && Math.Abs(Math.IEEERemainder(number, unit.GetDouble())) > 1e-9)
            problems.Add($"{place} must be a multiple of {unit}");
    }

    private static void Count(JsonElement schema, string least, string most, int count, string what, string place, List<string> problems)
    {
        if (schema.TryGetProperty(least, out var fewest) && count < fewest.GetInt32())
            problems.Add($"{place} must have at least {fewest} {what}, but has {count}");
        if (schema.TryGetProperty(most, out var highest) && count > highest.GetInt32())
            problems.Add($"{place} must have at most {highest} {what}, but has {count}");
    }

    private bool Fits(JsonElement schema, JsonElement value, int depth)
    {
        var problems = new List<string>();
        Check(schema, value, "$", depth + 1, problems);
        return problems.Count is 0;
    }

    private bool Matches(string pattern, string text)
    {
        try
        {
            return patterns[pattern].IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>The schema that a reference inside this one names; null when there is none.</summary>
    private JsonElement? Find(string reference)
    {
        if (!reference.StartsWith('#'))
            return null;
        var at = root;
        foreach (var step in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind is JsonValueKind.Array && int.TryParse(name, out var index) && index < at.GetArrayLength())
                at = at[index];
            else if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }

        return at;
    }

    private static bool HasTwins(JsonElement list)
    {
        var items = list.EnumerateArray().ToList();
        return items.Where((item, at) => items.Take(at).Any(other => JsonElement.DeepEquals(other, item))).Any();
    }

    private static JsonElement NameOf(string text)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            json.WriteStringValue(text);
        using var read = JsonDocument.Parse(bytes.ToArray());
        return read.RootElement.Clone();
    }

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(each => each.ToString()) : [type.ToString()];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && Math.Floor(value.GetDouble()) == value.GetDouble(),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind is JsonValueKind.Null,
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ValueKind.ToString().ToLowerInvariant(),
    };

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? $"{text[..60]}…" : value.GetRawText();
}
