using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Engine.Features.Checkpoints;
using MiMoCode.Engine.Features.Compaction;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Features.Tasks;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine;

/// <summary>How sessions stand, for people and clients: what is in the window and how full it is, what it cost, tasks, checkpoints.</summary>
internal sealed class WorkspaceReports(
    SessionStore store, UsageStore usage, CheckpointStore checkpoints, TaskBook tasks, ModelDirectory models, Leases leases,
    SessionOpener open, WindowLimits limits, CheckpointConfig config)
{
    private const double SmallestShare = 0.0001;

    /// <exception cref="UserException">There is no such session.</exception>
    public SessionReport Of(string sessionId)
    {
        var session = open(sessionId);
        var reply = session.History.FindLast(message => message.Info is AssistantMessage)?.Info as AssistantMessage;
        ModelRef? used = reply is null ? (session.Info.Model is { } named ? new ModelRef(named.ProviderId, named.Id) : null) : new ModelRef(reply.ProviderId, reply.ModelId);
        return new SessionReport(
            session.Info, leases.IsHeld(Leases.OfSession(sessionId)), reply?.Agent ?? session.Info.Agent, used?.ToString(),
            session.Window is null && session.History.IsEmpty ? null : WindowOf(session, used),
            usage.Sum(UsageGroup.Purpose, session.RootId), tasks.List(sessionId), CheckpointsOf(session.RootId));
    }

    /// <summary>The session that costs, budgets and tasks of a session belong to, however deep it is.</summary>
    /// <exception cref="UserException">There is no such session.</exception>
    public string RootOf(string sessionId) => open(sessionId).RootId;

    /// <summary>How many tokens of a model's window are filled before a new one is opened.</summary>
    public long CompactsAt(ModelRef model) => limits.Usable(ModelOf(model));

    /// <summary>The checkpoints of a session, the newest first.</summary>
    public ImmutableArray<CheckpointReport> CheckpointsOf(string sessionId)
    {
        var numbers = store.Numbers(sessionId, 0);
        var holds = checkpoints.Latest(sessionId)?.Version;
        return [.. checkpoints.Versions(sessionId).Select(version => new CheckpointReport(
            version.Version, version.Time, numbers.Values.Count(number => number <= version.CoveredSeq), TokenEstimate.Of(version.Body),
            version.Validated, version.Version <= holds))];
    }

    private WindowReport WindowOf(Session session, ModelRef? used)
    {
        var model = ModelOf(used);
        var request = new ModelRequest
        {
            Model = model, System = session.Window?.System ?? "", Tools = session.Window?.Tools ?? [], Messages = session.History, SessionId = session.Id,
        };
        var (usable, tokens) = (limits.Usable(model), new WindowSize().Of(session, request));
        var head = session.History is [{ Parts: var parts }, ..] ? parts.OfType<CheckpointPart>().FirstOrDefault() : null;
        return new WindowReport(
            store.Windows(session.Id), Begins(head), session.History.Count, tokens, session.ContextTokens > 0, usable, model.ContextLimit,
            (double)tokens / usable, NextOf(tokens, usable), Pieces(request));
    }

    private Model ModelOf(ModelRef? used)
    {
        try
        {
            return used is null ? new Model("", "") : models.Open(used).Model;
        }
        catch (UserException)
        {
            // Its provider is not set up any more; the limits are those of a model that nothing is known about.
            return new Model(used!.ProviderId, used.ModelId);
        }
    }

    private static string Begins(CheckpointPart? head) => head switch
    {
        null => "beginning",
        { CheckpointNumber: 0 } => "summary",
        { CheckpointNumber: var version } => string.Create(CultureInfo.InvariantCulture, $"checkpoint {version}"),
    };

    private NextCheckpoint? NextOf(long tokens, long usable) =>
        CheckpointGate.Thresholds(config, usable).Where(share => share > SmallestShare && share * usable > tokens).Order()
            .Select(share => new NextCheckpoint(share, (long)(share * usable))).FirstOrDefault();

    private static ImmutableArray<WindowPiece> Pieces(ModelRequest request)
    {
        var tools = request.Tools.Sum(tool => (long)TokenEstimate.Of(tool.Description) + TokenEstimate.Of(tool.InputSchema.GetRawText()));
        var pieces = new Dictionary<string, long> { ["system text"] = TokenEstimate.Of(request.System), ["tools"] = tools };
        foreach (var (info, parts) in request.Messages)
        {
            var isHead = parts.Any(part => part is CheckpointPart or CompactionPart);
            foreach (var (what, tokens) in parts.SelectMany(part => Pieces(info, part, isHead)))
                pieces[what] = pieces.GetValueOrDefault(what) + tokens;
        }

        return [.. pieces.Where(piece => piece.Value > 0).Select(piece => new WindowPiece(piece.Key, piece.Value))];
    }

    private static IEnumerable<(string What, long Tokens)> Pieces(Message info, Part part, bool isHead) => part switch
    {
        TextPart { Ignored: true } => [],
        TextPart text when isHead => [("what was kept", TokenEstimate.Of(text.Text))],
        TextPart text when info is AssistantMessage => [("replies", TokenEstimate.Of(text.Text))],
        TextPart { Synthetic: true } text => [("reminders", TokenEstimate.Of(text.Text))],
        TextPart text => [("prompts", TokenEstimate.Of(text.Text))],
        ReasoningPart thought => [("thinking", TokenEstimate.Of(thought.Text))],
        ToolPart call => [("tool calls", TokenEstimate.Of(call.State.Input.GetRawText())), ("tool outputs", TokenEstimate.Of(OutputOf(call.State)))],
        FilePart => [("files", WindowSize.PerFile)],
        _ => [],
    };

    private static string OutputOf(ToolState state) => state switch
    {
        ToolCompleted { Time.Compacted: null } done => done.Output,
        ToolFailed failed => failed.Error,
        _ => "",
    };
}
