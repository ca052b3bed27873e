using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>A deed. Planning reads and computes but has no effect; the plan says what running it will touch.</summary>
internal interface ITool
{
    ToolDefinition Definition { get; }

    ValueTask<ToolPlan> PlanAsync(JsonElement input, ToolContext context, CancellationToken cancellationToken);
}

/// <summary>What every call brings along; other needs come by the tool's constructor.</summary>
internal sealed record ToolContext(Session Session, ToolPart Call, Action<Details> Report)
{
    /// <summary>An absolute path; relative ones start in the session's folder.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Session.Directory);
}

/// <summary>What a call will touch, and the deed itself. Plans that are not exclusive run together.</summary>
internal sealed record ToolPlan(
    ImmutableArray<Access> Accesses, Func<CancellationToken, Task<ToolResult>> RunAsync, bool Exclusive = true);

/// <summary>
/// One thing a plan touches: what is done (<c>read</c>, <c>edit</c>, <c>bash</c>, <c>webfetch</c> …), to what, the pattern that
/// "always" would grant, and what a person should see before answering.
/// </summary>
internal sealed record Access(string Permission, string Pattern, string AlwaysPattern, Details? Show = null)
{
    /// <summary>The file or folder that is touched, absolute; null when it is no path. Gates resolve its links themselves.</summary>
    public string? Path { get; init; }

    /// <summary>For a folder whose files are opened too: lists them, by their full paths, given the folder's own. Null: none is.</summary>
    public Func<string, IEnumerable<string>>? Below { get; init; }
}

/// <summary>What the model reads and what people see. EndsTurn: after this result the model is not asked again.</summary>
internal sealed record ToolResult(string Output, string Title, Details? Details = null, bool EndsTurn = false)
{
    /// <summary>Images and other files that go with the output.</summary>
    public ImmutableArray<FilePart> Attachments { get; init; } = [];

    /// <summary>The whole output is already on disk here; null: the output is whole.</summary>
    public string? SpilledTo { get; init; }
}

/// <summary>The model asked for something that cannot work: what happened, and what to do instead.</summary>
internal sealed class ToolException(string message, bool endsTurn = false) : Exception(message)
{
    /// <summary>The turn cannot go on without a person.</summary>
    public bool EndsTurn { get; } = endsTurn;
}
