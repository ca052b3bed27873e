using System.Collections.Immutable;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Tui.State;

/// <summary>What is known of the session that is shown. Changed only by <see cref="Reducer"/>; drawn, never asked.</summary>
internal sealed record TuiState
{
    /// <summary>The session that is shown; null on the first page.</summary>
    public SessionInfo? Session { get; init; }

    /// <summary>The messages that are held, in their order: the end of the conversation, and what was scrolled to.</summary>
    public ImmutableList<ShownMessage> Messages { get; init; } = [];

    /// <summary>Where older messages go on in the store; null at the beginning.</summary>
    public string? Before { get; init; }

    /// <summary>Prompts that wait behind the running turn.</summary>
    public ImmutableArray<WaitingPrompt> Waiting { get; init; } = [];

    public ImmutableArray<Todo> Todos { get; init; } = [];

    /// <summary>Subagents of the session that are at work, in the order in which they were started.</summary>
    public ImmutableArray<Subagent> Subagents { get; init; } = [];

    /// <summary>Files that the session changed, with the lines that came and went.</summary>
    public ImmutableArray<ChangedFile> Changed { get; init; } = [];

    public SessionStatus Status { get; init; } = new SessionIsIdle();

    /// <summary>How the last turn ended, when it did not simply finish.</summary>
    public string? Ended { get; init; }

    /// <summary>Open permission requests of all sessions here, oldest first.</summary>
    public ImmutableArray<PermissionRequest> Permissions { get; init; } = [];

    /// <summary>Open questions of all sessions here, oldest first.</summary>
    public ImmutableArray<QuestionRequest> Questions { get; init; } = [];

    /// <summary>The newest error, numbered so that the same one twice is two.</summary>
    public (int Number, string Text) Error { get; init; }

    /// <summary>The held messages that stand: those before the point to which the conversation was taken back.</summary>
    public ImmutableList<ShownMessage> Standing => Session?.Revert is { MessageId: var point }
        ? Messages.GetRange(0, Math.Max(0, Messages.FindIndex(message => message.Info.Id == point)))
        : Messages;

    /// <summary>Prompts that are taken back and can be brought back until the next one is sent.</summary>
    public int TakenBack => Session?.Revert is { MessageId: var point }
        ? Messages.Skip(Math.Max(0, Messages.FindIndex(message => message.Info.Id == point))).Count(message => message.IsPrompt)
        : 0;

    /// <summary>The newest thing to be told once, numbered like errors.</summary>
    public (int Number, string Text) Note { get; init; }

    /// <summary>What a person must have seen before going on: it stays until the next prompt is sent.</summary>
    public ImmutableArray<Remark> Remarks { get; init; } = [];

    /// <summary>The newest checkpoint that was heard of; 0 for none.</summary>
    public long Checkpoint { get; init; }

    public bool IsBusy => Status is not SessionIsIdle;

    /// <summary>The newest reply that was counted: what it says of tokens holds for the window.</summary>
    public AssistantMessage? LastReply =>
        Standing.FindLast(message => message.Info is AssistantMessage { Tokens.ContextTokens: > 0 })?.Info as AssistantMessage;
}

/// <summary>A message as it is shown. Far from the screen it fades: what was said in it is then in the store alone.</summary>
/// <param name="Info">Who said it, and when.</param>
/// <param name="Parts">What was said; nothing while it is faded.</param>
/// <param name="Page">The cursor that it was read with and can be read with again; null on the newest page and for what was heard since.</param>
internal sealed record ShownMessage(Message Info, ImmutableArray<ShownPart> Parts, string? Page = null)
{
    private bool? wasPrompt;

    /// <summary>True when it has to be read again before it can be shown.</summary>
    public bool IsFaded => wasPrompt is not null;

    /// <summary>A person said it.</summary>
    public bool IsPrompt => wasPrompt ?? (Info is UserMessage && Parts.Any(part => part.Part is not TextPart { Synthetic: true }));

    public static ShownMessage Of(MessageWithParts message, string? page = null) =>
        new(Slim(message.Info), [.. message.Parts.Select(part => new ShownPart(part))], page);

    /// <summary>The same message without what is never shown.</summary>
    public static Message Slim(Message info) => info switch
    {
        UserMessage said => said with { Format = null, Summary = null, System = null, Tools = null },
        AssistantMessage reply => reply with { Structured = null },
        _ => info,
    };

    /// <summary>The message without what was said.</summary>
    public ShownMessage Fade() => new(Info, [], Page) { wasPrompt = IsPrompt };
}

/// <summary>A part, and the text that it has so far while it grows.</summary>
internal sealed record ShownPart(Part Part, GrowingText? Growing = null);

/// <summary>Words of the engine to the person: a warning, or what came of a command that it carried out itself.</summary>
internal sealed record Remark(string Text, bool IsWarning);

/// <summary>A subagent at work: the session it works in, what it is called, what it is to do, its finished calls, and the newest one.</summary>
internal sealed record Subagent(string SessionId, string Name, string Title, int Calls = 0, string Doing = "");

/// <summary>A file that was changed, and by how many lines.</summary>
internal sealed record ChangedFile(string Path, int Added, int Removed);

/// <summary>A prompt that is stored and not yet taken; Steers when the running turn will take it.</summary>
internal sealed record WaitingPrompt(string MessageId, string Text, bool Steers);
