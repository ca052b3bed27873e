using System.Text.Json;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Cli;

/// <summary>The schema that <c>--output-schema</c> names.</summary>
internal static class OutputSchemaFile
{
    /// <exception cref="UserException">It cannot be read, or is no JSON.</exception>
    public static JsonSchemaFormat Read(string name, string directory)
    {
        var path = Path.GetFullPath(name, directory);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new JsonSchemaFormat(json.RootElement.Clone());
        }
        catch (JsonException wrong)
        {
            throw new UserException($"{path} is not JSON: {wrong.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"Cannot read the schema {path}: {failure.Message}");
        }
    }
}
