using System.ComponentModel;
using System.Text.Json.Serialization;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>What the model may say when it calls <see cref="TaskTool"/>.</summary>
internal sealed record TaskArgs(
    [property: Description("create, list, get, start, unstart, block, unblock, done, abandon, rename or note.")] TaskAction Action,
    [property: Description("The task, as T2 or T2.1; for actions that change tasks also several, with commas.")] string? Id = null,
    [property: Description("For create and rename: what is to be done, in a few words. For create, each line is a task.")] string? Summary = null,
    [property: Description("For create: the task that the new ones are parts of.")] string? Parent = null,
    [property: Description("What came of it, what it waits for, how far it is. Kept with the task.")] string? Note = null,
    [property: Description("For list: also tasks that ended long ago.")] bool All = false);

/// <summary>What to do with tasks.</summary>
internal enum TaskAction
{
    [JsonStringEnumMemberName("create")] Create,
    [JsonStringEnumMemberName("list")] List,
    [JsonStringEnumMemberName("get")] Get,
    [JsonStringEnumMemberName("start")] Start,
    [JsonStringEnumMemberName("unstart")] Unstart,
    [JsonStringEnumMemberName("block")] Block,
    [JsonStringEnumMemberName("unblock")] Unblock,
    [JsonStringEnumMemberName("done")] Done,
    [JsonStringEnumMemberName("abandon")] Abandon,
    [JsonStringEnumMemberName("rename")] Rename,
    [JsonStringEnumMemberName("note")] Note,
}

/// <summary>The arguments of the tool, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaskArgs))]
internal sealed partial class TaskJson : JsonSerializerContext;
