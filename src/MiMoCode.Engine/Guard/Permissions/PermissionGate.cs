using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Judges everything a plan touches, denials first; a person is asked while nothing is locked and nothing has happened.</summary>
internal sealed class PermissionGate(PermissionSources sources, Grants grants, Asker asker, TimeProvider clock) : IToolGate
{
    public async ValueTask<string?> DenyAsync(Session session, ToolPart call, ToolPlan plan, CancellationToken cancellationToken)
    {
        var judge = await JudgeAsync(session, cancellationToken);
        ImmutableArray<JudgedAccess> judged = plan.Accesses.IsEmpty
            ? [Undeclared(call)]
            : [.. plan.Accesses.SelectMany(judge.Judge)];
        if (judged.FirstOrDefault(access => access.Ruling.Action is PermissionAction.Deny) is { } denied)
            return $"Denied: {denied.Permission} on {denied.Pattern}: {denied.Ruling.Because}. Do it in another way, or leave it.";

        var asks = judged.Where(access => access.Ruling.Action is PermissionAction.Ask)
            .GroupBy(access => access.Permission)
            .OrderByDescending(group => PermissionNames.Forced.Contains(group.Key));
        foreach (var group in asks)
        {
            if (await AskAsync(session, call, [.. group], cancellationToken) is { } refused)
                return refused;
        }

        return null;
    }

    /// <summary>Which files, by full paths without links, the session's agent may do this to without being asked.</summary>
    public async ValueTask<Func<string, bool>> SightAsync(Session session, string permission, CancellationToken cancellationToken)
    {
        var judge = await JudgeAsync(session, cancellationToken);
        return path => judge.Allows(permission, path);
    }

    /// <summary>Why a person's prompt to an agent may not bring the content of a file along; null when it may. Only denials count: the person has just asked for it.</summary>
    public string? DenyAttachment(SessionInfo info, string agent, string worktree, string path)
    {
        var judge = new AccessJudge(sources.For(agent, info.Permission ?? [], [], Starters.Of(info)), worktree);
        var denied = judge.Judge(new Access(PermissionNames.Read, path, path) { Path = path }).FirstOrDefault(judged => judged.Ruling.Action is PermissionAction.Deny);
        return denied is null ? null : $"{path} cannot go with the prompt: {denied.Ruling.Because}.";
    }

    private async ValueTask<AccessJudge> JudgeAsync(Session session, CancellationToken cancellationToken) => new(
        sources.For(session.Turn.Agent, session.Info.Permission ?? [], await grants.ListAsync(cancellationToken), Starters.Of(session.Info)),
        session.Worktree);

    /// <summary>A tool that does not say what it touches is asked about.</summary>
    private static JudgedAccess Undeclared(ToolPart call) =>
        new(call.Tool, "*", null, new Access(call.Tool, "*", "*"), new Ruling(PermissionAction.Ask, "it does not say what it touches"));

    private async ValueTask<string?> AskAsync(
        Session session, ToolPart call, ImmutableArray<JudgedAccess> asks, CancellationToken cancellationToken)
    {
        var permission = asks[0].Permission;
        var demands = PermissionNames.Forced.Contains(permission);
        ImmutableArray<string> patterns = [.. asks.Select(ask => ask.Pattern).Distinct()];

        // "Always" is offered only when it covers everything that is asked here.
        ImmutableArray<string> always = asks.Any(ask => ask.Always is null) ? [] : [.. asks.Select(ask => ask.Always!).Distinct()];
        var request = new PermissionRequest(
            Ids.Permission(clock), session.Id, permission, patterns, MetadataOf(asks[0], demands), always,
            new AskedBy(call.MessageId, call.CallId));

        var answer = await asker.AskAsync(request, demands, cancellationToken);
        switch (answer.Reply)
        {
            case PermissionReply.Always when always.Length > 0:
                await GrantAsync(session, call, permission, always, cancellationToken);
                return null;
            case PermissionReply.Once or PermissionReply.Always:
                return null;
            default:
                asker.AnswerAll(other => other.SessionId == session.Id, answer with { Message = null });
                return Refusal(permission, patterns, asks[0].Ruling.Because, answer.Message);
        }
    }

    private async ValueTask GrantAsync(
        Session session, ToolPart call, string permission, ImmutableArray<string> always, CancellationToken cancellationToken)
    {
        foreach (var pattern in always)
            await grants.AddAsync(new PermissionRule(permission, pattern, PermissionAction.Allow), session.Id, call.CallId, cancellationToken);
        asker.AnswerAll(
            other => other.Permission == permission && other.Always.Length > 0
                && other.Always.All(wanted => always.Contains(wanted)),
            new PermissionAnswer(PermissionReply.Once));
    }

    private static string Refusal(string permission, ImmutableArray<string> patterns, string because, string? message)
    {
        var what = $"{permission} on {string.Join(", ", patterns)}";
        return message is null
            ? $"The user refused {what}. Do not try it again in another form; go on without it or ask what to do."
            : $"Refused: {what} ({because}): {message}.";
    }

    /// <summary>What a person should see: the details of the call, why it is asked, and whether it is asked each time.</summary>
    private static JsonElement MetadataOf(JudgedAccess ask, bool demands)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var property in Details.ToMetadata(ask.Access.Show).EnumerateObject())
                property.WriteTo(json);
            json.WriteString("reason", ask.Ruling.Because);
            json.WriteBoolean("demandsPerson", demands);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(bytes.ToArray()).RootElement;
    }
}
