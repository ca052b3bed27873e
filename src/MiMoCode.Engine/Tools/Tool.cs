using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>
/// Parsing, schema and error texts that all tools share. A new tool is its arguments and its class in one file, its text beside it
/// (<c>name.md</c>), a line in <see cref="ToolJson"/> and a line where the workspace lists its tools.
/// </summary>
internal abstract class Tool<TArgs>(string name, JsonTypeInfo<TArgs> argsType) : ITool
{
    private const int MostMisfits = 5;

    private readonly Lazy<ToolDefinition> definition = new(() =>
        new ToolDefinition(name, EmbeddedText.Read($"tools/{name}.md").TrimEnd(), JsonSchemas.Of(argsType)));

    public ToolDefinition Definition => definition.Value;

    public ValueTask<ToolPlan> PlanAsync(JsonElement input, ToolContext context, CancellationToken cancellationToken) =>
        PlanAsync(Parse(input), context, cancellationToken);

    protected abstract ValueTask<ToolPlan> PlanAsync(TArgs args, ToolContext context, CancellationToken cancellationToken);

    private TArgs Parse(JsonElement input)
    {
        try
        {
            return input.Deserialize(argsType) ?? throw new ToolException($"{name} needs its arguments as an object.");
        }
        catch (JsonException error)
        {
            throw new ToolException($"The arguments do not fit the schema of {name}: {Misfits(input, error)}. Send the call again with arguments that fit.");
        }
    }

    // In the words of the schema, which the model knows; the reader's own name the program's types.
    private string Misfits(JsonElement input, JsonException error)
    {
        var found = JsonSchema.Read(Definition.InputSchema).Schema?.Check(input) ?? [];
        return found.IsEmpty ? $"{error.Path} is not what it should be" : string.Join("; ", found.Take(MostMisfits));
    }
}
