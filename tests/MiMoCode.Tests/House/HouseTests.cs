using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol.Json;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.House;

/// <summary>The repository keeps the rules of the house, and each rule can be broken.</summary>
public sealed class HouseTests
{
    private static readonly IReadOnlyList<Rule> All = [.. Layers.Rules, .. Places.Rules, .. Names.Rules, .. Texts.Rules];

    /// <summary>The rules by name.</summary>
    public static TheoryData<string> RuleNames => new(All.Select(rule => rule.Name));

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Is_kept(string rule)
    {
        var broken = Named(rule).Broken(Source.All).ToList();
        Assert.True(broken.Count == 0, $"{rule}:\n{string.Join('\n', broken)}");
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Can_be_broken(string rule)
    {
        Assert.NotEmpty(Named(rule).Broken(Named(rule).Sample));
        Assert.Empty(Named(rule).Broken(Named(rule).Fine));
    }

    [Fact]
    public void Rules_look_at_the_whole_repository()
    {
        Assert.Contains(Source.All, source => source.Path == "src/MiMoCode.Protocol/Ids.cs");
        Assert.Contains(Source.All, source => source.Path == "tests/MiMoCode.Tests/House/HouseTests.cs");
    }

    [Fact]
    public void What_a_model_sees_of_each_tool_changes_only_on_purpose()
    {
        var tools = Texts.Tools(Source.All).ToList();
        Assert.NotEmpty(tools);
        foreach (var (_, name, arguments) in tools)
        {
            var type = typeof(ToolJson).Assembly.GetTypes().Single(type => type.Name == arguments);
            var json = Shapes.Select(shapes => shapes.GetTypeInfo(type)).FirstOrDefault(found => found is not null)
                ?? throw new InvalidOperationException($"No generated JSON knows {arguments}.");
            Golden.Check($"{name}.schema.json", JsonSerializer.Serialize(JsonSchemas.Of(json), Indented));
        }
    }

    /// <summary>Tools of features bring generated JSON of their own.</summary>
    private static IEnumerable<JsonSerializerContext> Shapes =>
        from type in typeof(ToolJson).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(JsonSerializerContext))
        select (JsonSerializerContext)type.GetProperty("Default")!.GetValue(null)!;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static Rule Named(string name) => All.Single(rule => rule.Name == name);
}
