using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol;

/// <summary>
/// What any door may ask of a project, in the same process or over HTTP. Methods throw <see cref="UserException"/> for what
/// the user can put right and otherwise only when something is broken; all may be slow.
/// </summary>
public interface IMimoClient : IAsyncDisposable
{
    /// <summary>Sessions and what was said in them.</summary>
    ISessions Sessions { get; }

    /// <summary>Talking to the agent.</summary>
    ITalk Talk { get; }

    /// <summary>What the agent asks people.</summary>
    IAsks Asks { get; }

    /// <summary>What there is to choose from.</summary>
    ICatalogue Catalogue { get; }

    /// <summary>The project's files.</summary>
    IFiles Files { get; }

    /// <summary>Settings, keys and projects.</summary>
    ISetUp SetUp { get; }

    /// <summary>What the agent did to files, and taking it back.</summary>
    IChanges Changes { get; }

    /// <summary>
    /// Everything that happens from now on; the subscription stands when the first MoveNextAsync is called. A listener that is
    /// too slow loses deltas first; when it would lose a fact the stream ends, and it reads anew.
    /// </summary>
    IAsyncEnumerable<NumberedEvent> EventsAsync(CancellationToken cancellationToken);
}

/// <summary>
/// An event with its place in the stream. Deltas carry the number of the fact before them; a stream of several projects says in
/// whose folder it happened.
/// </summary>
public readonly record struct NumberedEvent(long Number, Event Event, string? Directory = null);

/// <summary>Sessions and what was said in them.</summary>
public interface ISessions
{
    /// <summary>The sessions that fit, newest first.</summary>
    Task<ImmutableArray<SessionInfo>> ListAsync(SessionQuery query, CancellationToken cancellationToken);

    /// <summary>One session.</summary>
    Task<SessionInfo> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>A new session.</summary>
    Task<SessionInfo> CreateAsync(CreateSession request, CancellationToken cancellationToken);

    /// <summary>Changes title, rules or archive date.</summary>
    Task<SessionInfo> UpdateAsync(string id, UpdateSession request, CancellationToken cancellationToken);

    /// <summary>Deletes a session, its children and everything in them; stops it first.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>A copy of a session up to, and without, the message; the whole when none is named.</summary>
    Task<SessionInfo> ForkAsync(string id, string? messageId, CancellationToken cancellationToken);

    /// <summary>The sessions that this one started.</summary>
    Task<ImmutableArray<SessionInfo>> ChildrenAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest messages, or those before a cursor; in their order.</summary>
    Task<MessagePage> MessagesAsync(string id, int? limit, string? before, CancellationToken cancellationToken);

    /// <summary>One message with its parts, whole.</summary>
    Task<MessageWithParts> MessageAsync(string id, string messageId, CancellationToken cancellationToken);

    /// <summary>Replaces a part of a message of an idle session by another one of its kind.</summary>
    Task<Part> UpdatePartAsync(string id, Part part, CancellationToken cancellationToken);

    /// <summary>Takes a message, or one of its parts, out of an idle session.</summary>
    Task RemoveAsync(string id, string messageId, string? partId, CancellationToken cancellationToken);

    /// <summary>The agent's list of things to do.</summary>
    Task<ImmutableArray<Todo>> TodosAsync(string id, CancellationToken cancellationToken);

    /// <summary>Stores an exported session under its own ids.</summary>
    Task<SessionInfo> ImportAsync(SessionExport export, CancellationToken cancellationToken);
}

/// <summary>Talking to the agent.</summary>
public interface ITalk
{
    /// <summary>Returns when the prompt is durable and, unless it waits behind a running turn, the agent has been started.</summary>
    Task<PromptAccepted> PromptAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken);

    /// <summary>Expands a slash command to a prompt and sends it.</summary>
    Task<PromptAccepted> CommandAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken);

    /// <summary>Runs a command line of a person in an idle session and waits for its end; the message that holds it.</summary>
    Task<MessageWithParts> ShellAsync(string sessionId, ShellRequest request, CancellationToken cancellationToken);

    /// <summary>Waits until the session is idle; the reply that answers the message, or null when there is none.</summary>
    Task<TurnEnd> WaitAsync(string sessionId, string messageId, CancellationToken cancellationToken);

    /// <summary>Stops the running turn; every open call gets a final state first. False when nothing ran.</summary>
    Task<bool> AbortAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>The sessions that are not idle.</summary>
    Task<ImmutableDictionary<string, SessionStatus>> StatusAsync(CancellationToken cancellationToken);
}

/// <summary>How a turn ended; Text says why in words when it was not simply done.</summary>
public sealed record TurnEnd(StopReason Reason, string? Text = null, MessageWithParts? Reply = null);

/// <summary>What the agent asks people. The first answer wins.</summary>
public interface IAsks
{
    /// <summary>The open permission requests.</summary>
    Task<ImmutableArray<PermissionRequest>> PermissionsAsync(CancellationToken cancellationToken);

    /// <summary>Answers a permission request; a message with a refusal is read by the model. False: it is not open.</summary>
    Task<bool> ReplyAsync(string requestId, PermissionReply reply, string? message, CancellationToken cancellationToken);

    /// <summary>The open questions.</summary>
    Task<ImmutableArray<QuestionRequest>> QuestionsAsync(CancellationToken cancellationToken);

    /// <summary>Answers a question: the chosen labels, question by question. False: it is not open.</summary>
    Task<bool> AnswerAsync(
        string requestId, ImmutableArray<ImmutableArray<string>> answers, CancellationToken cancellationToken);

    /// <summary>Refuses to answer. False: it is not open.</summary>
    Task<bool> RejectAsync(string requestId, CancellationToken cancellationToken);
}

/// <summary>What there is to choose from, and where we are.</summary>
public interface ICatalogue
{
    /// <summary>The agents that people may see, by name.</summary>
    Task<ImmutableArray<AgentSummary>> AgentsAsync(CancellationToken cancellationToken);

    /// <summary>The models that are known, provider by provider.</summary>
    Task<ImmutableArray<ModelSummary>> ModelsAsync(CancellationToken cancellationToken);

    /// <summary>The slash commands that expand to prompts, by name.</summary>
    Task<ImmutableArray<CommandSummary>> CommandsAsync(CancellationToken cancellationToken);

    /// <summary>The skills, by name.</summary>
    Task<ImmutableArray<SkillSummary>> SkillsAsync(CancellationToken cancellationToken);

    /// <summary>The tools that agents may be given, by name.</summary>
    Task<ImmutableArray<ToolDefinition>> ToolsAsync(CancellationToken cancellationToken);

    /// <summary>Who answers in a session, or in a new one, when a prompt names nobody; a named model is checked and kept.</summary>
    Task<Answerer> AnswererAsync(string? sessionId, ModelRef? named, CancellationToken cancellationToken);

    /// <summary>The folder, its project and its branch.</summary>
    Task<ProjectPlace> PlaceAsync(CancellationToken cancellationToken);

    /// <summary>Paths of files that git does not ignore, relative to the folder, with /; as many as asked for.</summary>
    Task<ImmutableArray<string>> FilesAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>The project's files, as people look at them. Paths are relative to the folder, with /; none leads out of the project.</summary>
public interface IFiles
{
    /// <summary>What lies in a folder, folders first.</summary>
    Task<ImmutableArray<FileNode>> ListAsync(string path, CancellationToken cancellationToken);

    /// <summary>What a file holds; empty text when there is none.</summary>
    Task<FileContent> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>The lines that match a regular expression; as many as a person looks at.</summary>
    Task<ImmutableArray<TextMatch>> FindTextAsync(string pattern, CancellationToken cancellationToken);

    /// <summary>The paths that fit a text, the best first; folders end with /.</summary>
    Task<ImmutableArray<string>> FindFilesAsync(FileQuery query, CancellationToken cancellationToken);

    /// <summary>The files that differ from the last commit; none without git.</summary>
    Task<ImmutableArray<FileStatus>> StatusAsync(CancellationToken cancellationToken);

    /// <summary>How they differ: from the last commit, or from where the branch left the default one.</summary>
    Task<ImmutableArray<FileDiff>> DiffAsync(bool fromBranch, CancellationToken cancellationToken);

    /// <summary>The branches; empty without git.</summary>
    Task<VcsState> VcsAsync(CancellationToken cancellationToken);
}

/// <summary>Settings, keys and projects.</summary>
public interface ISetUp
{
    /// <summary>The settings that are set, in the names of the settings files, without secrets.</summary>
    Task<JsonElement> ConfigAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sets settings, as they stand in a settings file, in the project's file or in the user's own. They hold for what is opened from
    /// now on. Answers all that is set then.
    /// </summary>
    Task<JsonElement> SetConfigAsync(JsonElement changes, bool forProject, CancellationToken cancellationToken);

    /// <summary>All agents with what is set for them.</summary>
    Task<ImmutableArray<AgentSettings>> AgentsAsync(CancellationToken cancellationToken);

    /// <summary>All providers and models, without keys.</summary>
    Task<ProviderList> ProvidersAsync(CancellationToken cancellationToken);

    /// <summary>Stores a provider's key.</summary>
    Task SetKeyAsync(string providerId, string key, CancellationToken cancellationToken);

    /// <summary>Forgets a provider's key; false when there was none.</summary>
    Task<bool> RemoveKeyAsync(string providerId, CancellationToken cancellationToken);

    /// <summary>The project of this folder.</summary>
    Task<ProjectSummary> ProjectAsync(CancellationToken cancellationToken);

    /// <summary>The projects that were worked in, the last used first.</summary>
    Task<ImmutableArray<ProjectSummary>> ProjectsAsync(CancellationToken cancellationToken);

    /// <summary>Changes how clients show a project.</summary>
    Task<ProjectSummary> UpdateProjectAsync(string id, UpdateProject request, CancellationToken cancellationToken);

    /// <summary>Where files of ours lie.</summary>
    Task<Paths> PathsAsync(CancellationToken cancellationToken);
}

/// <summary>What the agent did to files, and taking it back. Reverting needs a session that is idle.</summary>
public interface IChanges
{
    /// <summary>What the session changed and still stands; with a message, only what was done in the turn that it began.</summary>
    Task<SessionChanges> DiffAsync(string sessionId, string? messageId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes back from a message on. Files that somebody changed since are merged, or left alone and named. The conversation stays
    /// readable until the next prompt, which removes what was taken back for good.
    /// </summary>
    Task<RevertResult> RevertAsync(string sessionId, RevertRequest request, CancellationToken cancellationToken);

    /// <summary>Brings back what the last reverts took, as long as no prompt came since.</summary>
    Task<RevertResult> UnrevertAsync(string sessionId, CancellationToken cancellationToken);
}
