using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Output;

/// <summary>The form that a prompt wants its answer in, and whether an answer has it.</summary>
internal static class OutputSchema
{
    /// <summary>Lets through what can be checked.</summary>
    /// <exception cref="UserException">The schema cannot be checked, and what stands in the way.</exception>
    public static void Require(OutputFormat? format)
    {
        if (format is JsonSchemaFormat { Schema: var json } && JsonSchema.Read(json).Problem is { } problem)
            throw new UserException($"The output schema cannot be used: {problem}.");
    }

    /// <summary>The value that an answer holds, or what is wrong with it.</summary>
    public static (JsonElement? Value, ImmutableArray<string> Problems) Read(JsonSchemaFormat format, string answer)
    {
        JsonElement value;
        try
        {
            using var json = JsonDocument.Parse(WithoutFence(answer));
            value = json.RootElement.Clone();
        }
        catch (JsonException wrong)
        {
            return (null, [$"it is not JSON: {wrong.Message}"]);
        }

        var problems = JsonSchema.Read(format.Schema).Schema is { } schema ? schema.Check(value) : ["the schema cannot be used"];
        return problems.IsEmpty ? (value, problems) : (null, problems);
    }

    /// <summary>Models put code fences round JSON whatever they are told.</summary>
    private static string WithoutFence(string answer)
    {
        var text = answer.Trim();
        if (!text.StartsWith("```", StringComparison.Ordinal) || !text.EndsWith("```", StringComparison.Ordinal) || text.Length < 6)
            return text;
        var first = text.IndexOf('\n', StringComparison.Ordinal);
        return first < 0 ? text : text[(first + 1)..^3];
    }
}
