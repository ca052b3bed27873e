using System.Security.Cryptography;
using System.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Telemetry;

/// <summary>
/// Makes spans of what happens: a session holds turns, a turn steps, a step one model request and the tools it called. A child session is
/// part of the trace of its root. Names, numbers and outcomes; nothing of what was said.
/// </summary>
internal sealed class SpanSink(Action<Span> done, Func<string, SessionInfo?> find, TimeProvider clock) : IEventSink
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Work> sessions = new(StringComparer.Ordinal);

    public void Publish(Event told)
    {
        if (told is not SessionEvent { SessionId: var id })
            return;
        lock (gate)
        {
            switch (told)
            {
                case MessageUpdated { Info: UserMessage prompt }:
                    Of(id).Turn ??= New(Of(id), Of(id).Session, "turn", prompt.Time.Created).With("mimocode.agent", prompt.Agent);
                    break;
                case MessageUpdated { Info: AssistantMessage reply }:
                    Reply(Of(id), reply);
                    break;
                case PartDelta delta when sessions.TryGetValue(id, out var work) && work.Waiting == delta.MessageId:
                    (work.Waiting, work.First) = (null, clock.GetUtcNow());
                    break;
                case PartUpdated { Part: ToolPart { State: ToolCompleted or ToolFailed } call }:
                    Tool(Of(id), call);
                    break;
                case SessionIdle idle when sessions.TryGetValue(id, out var work):
                    EndTurn(work, idle.Reason);
                    break;
            }
        }
    }

    /// <summary>What was begun ends now: the program does.</summary>
    public void Finish()
    {
        lock (gate)
        {
            foreach (var work in sessions.Values)
            {
                EndTurn(work, null);
                End(work.Session, work.Last);
            }

            sessions.Clear();
        }
    }

    private Work Of(string id)
    {
        if (sessions.TryGetValue(id, out var known))
            return known;
        var (root, parent) = (id, find(id)?.ParentId);
        for (var above = parent; above is not null; above = find(above)?.ParentId)
            root = above;
        var session = new Span(Hash(root, 32), Hash("session " + id, 16), parent is null ? null : Hash("session " + parent, 16), "session", clock.GetUtcNow())
            .With("session.id", id);
        return sessions[id] = new Work(session);
    }

    private void Reply(Work work, AssistantMessage reply)
    {
        if (work.Request is null || work.RequestOf != reply.Id)
        {
            if (work.RequestOf == reply.Id || reply.Finish is not null)
                return;
            EndStep(work);
            work.Turn ??= New(work, work.Session, "turn", reply.Time.Created).With("mimocode.agent", reply.Agent);
            work.Step = New(work, work.Turn, "step", reply.Time.Created);
            work.Request = Request(work, reply);
            (work.RequestOf, work.Waiting, work.First) = (reply.Id, reply.Id, null);
        }

        if (reply.Finish is { } finish)
            EndRequest(work, work.Request, reply, finish);
    }

    private static Span Request(Work work, AssistantMessage reply) =>
        new Span(work.Session.Trace, NewId(), work.Step!.Id, $"chat {reply.ModelId}", reply.Time.Created) { IsRequest = true }
            .With("gen_ai.operation.name", "chat").With("gen_ai.provider.name", reply.ProviderId).With("gen_ai.request.model", reply.ModelId)
            .With("session.id", reply.SessionId);

    private void EndRequest(Work work, Span request, AssistantMessage reply, StopReason finish)
    {
        var tokens = reply.Tokens;
        request.With("gen_ai.usage.input_tokens", tokens.Input + tokens.Cache.Read + tokens.Cache.Write)
            .With("gen_ai.usage.output_tokens", tokens.Output)
            .With("gen_ai.usage.cache_read.input_tokens", tokens.Cache.Read)
            .With("gen_ai.response.finish_reason", finish.ToString())
            .With("mimocode.cost_usd", (double)reply.Cost);
        if (work.First is { } first)
            request.With("mimocode.first_delta_ms", (first - request.Start).TotalMilliseconds);
        request.Failure = reply.Error?.Name;
        End(request, reply.Time.Completed ?? clock.GetUtcNow());
        (work.Request, work.Waiting, work.Last) = (null, null, request.End);
    }

    private void Tool(Work work, ToolPart call)
    {
        if (work.Step is null || !work.Tools.Add(call.Id))
            return;
        var time = call.State is ToolCompleted completed ? completed.Time : ((ToolFailed)call.State).Time;
        var span = New(work, work.Step, $"execute_tool {call.Tool}", time.Start).With("gen_ai.tool.name", call.Tool).With("gen_ai.tool.call.id", call.CallId);
        span.Failure = call.State is ToolFailed ? "failed" : null;
        End(span, time.End ?? clock.GetUtcNow());
        work.Last = span.End;
    }

    private void EndTurn(Work work, StopReason? reason)
    {
        EndStep(work);
        if (work.Turn is not { } turn)
            return;
        turn.With("mimocode.stop_reason", reason?.ToString());
        turn.Failure = reason == StopReason.Failed ? "error" : null;
        End(turn, clock.GetUtcNow());
        (work.Turn, work.Last) = (null, turn.End);
    }

    private void EndStep(Work work)
    {
        if (work.Request is { } cut)
        {
            cut.Failure = "cut off";
            End(cut, clock.GetUtcNow());
        }

        if (work.Step is { } step)
            End(step, clock.GetUtcNow());
        (work.Request, work.Step) = (null, null);
        work.Tools.Clear();
    }

    private static Span New(Work work, Span parent, string name, DateTimeOffset start) => new(work.Session.Trace, NewId(), parent.Id, name, start);

    private void End(Span span, DateTimeOffset end)
    {
        span.End = end < span.Start ? span.Start : end;
        done(span);
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static string Hash(string text, int digits) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];

    /// <summary>What a session is in the middle of.</summary>
    private sealed class Work(Span session)
    {
        public Span Session => session;

        public Span? Turn { get; set; }

        public Span? Step { get; set; }

        public Span? Request { get; set; }

        public string? RequestOf { get; set; }

        /// <summary>The reply of which nothing has come yet.</summary>
        public string? Waiting { get; set; }

        public DateTimeOffset? First { get; set; }

        /// <summary>When something last ended.</summary>
        public DateTimeOffset Last { get; set; } = session.Start;

        public HashSet<string> Tools { get; } = new(StringComparer.Ordinal);
    }
}
