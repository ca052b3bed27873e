using System.Text.Json;
using MiMoCode.Protocol.Configuration;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Protocol.Configuration;

public class ConfigSchemaTests
{
    private static readonly string Published = Path.Combine(Repository.Root, "docs", "schema", "mimocode.schema.json");

    [Fact]
    public void The_published_schema_is_the_one_that_the_types_say()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Published)!);
            File.WriteAllText(Published, ConfigSchema.Text());
        }

        Assert.Equal(File.ReadAllText(Published), ConfigSchema.Text());
    }

    [Fact]
    public void Each_setting_says_what_it_is_for()
    {
        using var schema = JsonDocument.Parse(ConfigSchema.Text());
        var silent = Properties(schema.RootElement, "").Where(p => !p.Schema.TryGetProperty("description", out _)).Select(p => p.Path);
        Assert.Empty(silent);
    }

    [Fact]
    public void The_defaults_survive_writing_and_reading()
    {
        var text = JsonSerializer.Serialize(new Config(), ConfigJson.Default.Config);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, ConfigJson.Default.Config), ConfigJson.Default.Config));
    }

    private static IEnumerable<(string Path, JsonElement Schema)> Properties(JsonElement schema, string path) =>
        schema.ValueKind is not JsonValueKind.Object ? []
        : schema.EnumerateObject().SelectMany(member => member.Name switch
        {
            "properties" => member.Value.EnumerateObject()
                .SelectMany(p => Properties(p.Value, $"{path}.{p.Name}").Prepend(($"{path}.{p.Name}", p.Value)))
                .Where(p => !p.Item1.EndsWith(".interleaved.field", StringComparison.Ordinal)),
            "additionalProperties" or "items" => Properties(member.Value, path + "[]"),
            _ => [],
        });
}
