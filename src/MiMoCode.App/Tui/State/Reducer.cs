using System.Collections.Immutable;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Tui.State;

/// <summary>What each event makes of the state. Pure: the same events give the same picture.</summary>
internal static class Reducer
{
    public static TuiState Reduce(TuiState state, Event told) => told switch
    {
        PermissionAsked asked => state with { Permissions = [.. state.Permissions.Where(open => open.Id != asked.Request.Id), asked.Request] },
        PermissionReplied replied => state with { Permissions = [.. state.Permissions.Where(open => open.Id != replied.RequestId)] },
        QuestionAsked asked => state with { Questions = [.. state.Questions.Where(open => open.Id != asked.Request.Id), asked.Request] },
        QuestionReplied replied => WithoutQuestion(state, replied.RequestId),
        QuestionRejected rejected => WithoutQuestion(state, rejected.RequestId),
        SessionError { Error: { Name: not MessageError.Aborted } error } failed when failed.SessionId is null || failed.SessionId == state.Session?.Id =>
            state with { Error = (state.Error.Number + 1, error.Data.Message) },
        SessionEvent own when own.SessionId == state.Session?.Id => OfSession(state, own),
        SessionCreated { Info: { ParentId: { } parent } child } when parent == state.Session?.Id =>
            state with { Subagents = [.. state.Subagents.Where(known => known.SessionId != child.Id), new Subagent(child.Id, child.Slug, child.Title)] },
        SessionEvent other when state.Subagents.FirstOrDefault(known => known.SessionId == other.SessionId) is { } subagent =>
            OfSubagent(state, subagent, other),
        _ => state,
    };

    /// <summary>Another session is shown, with the end of its conversation.</summary>
    public static TuiState Open(TuiState state, SessionInfo? session, MessagePage page, ImmutableArray<Todo> todos, SessionStatus status) =>
        new()
        {
            Session = session,
            Messages = [.. page.Messages.Select(message => ShownMessage.Of(message))],
            Before = page.Before,
            Todos = todos,
            Changed = session?.Id == state.Session?.Id ? state.Changed : [],
            Subagents = session?.Id == state.Session?.Id ? state.Subagents : [],
            Status = status,
            Permissions = state.Permissions,
            Questions = state.Questions,
            Error = state.Error,
            Remarks = session?.Id == state.Session?.Id || state.Session is null ? state.Remarks : [],
        };

    /// <summary>It was counted anew what the session changed.</summary>
    public static TuiState Count(TuiState state, string sessionId, SessionChanges changes) => state.Session?.Id != sessionId
        ? state
        : state with { Changed = [.. changes.Files.Select(file => new ChangedFile(file.File, file.Additions, file.Deletions))] };

    /// <summary>Older messages were read, with a cursor.</summary>
    public static TuiState Prepend(TuiState state, string sessionId, MessagePage page, string cursor)
    {
        if (state.Session?.Id != sessionId || state.Before != cursor)
            return state;
        var known = state.Messages.Take(page.Messages.Length).Select(held => held.Info.Id).ToHashSet();
        return state with
        {
            Messages = state.Messages.InsertRange(0, page.Messages
                .Where(older => !known.Contains(older.Info.Id)).Select(older => ShownMessage.Of(older, cursor))),
            Before = page.Before,
        };
    }

    /// <summary>What was said far from a stretch of messages is let go of.</summary>
    /// <param name="state">The state.</param>
    /// <param name="first">The first message of the stretch.</param>
    /// <param name="last">The last one.</param>
    public static TuiState Fade(TuiState state, int first, int last)
    {
        // Pages are read whole, so they fade whole.
        var near = Enumerable.Range(first, last - first + 1).Select(at => state.Messages[at].Page).ToHashSet();
        var messages = state.Messages.ToBuilder();
        for (var at = 0; at < messages.Count; at++)
        {
            if (messages[at] is { Page: { } page, IsFaded: false } far && !near.Contains(page))
                messages[at] = far.Fade();
        }

        return state with { Messages = messages.ToImmutable() };
    }

    /// <summary>A page with faded messages was read again.</summary>
    public static TuiState Revive(TuiState state, string sessionId, MessagePage page, string cursor)
    {
        if (state.Session?.Id != sessionId)
            return state;
        var read = page.Messages.ToDictionary(message => message.Info.Id);
        var messages = state.Messages.ToBuilder();
        for (var at = messages.FindIndex(message => message.Page == cursor); at >= 0 && at < messages.Count && messages[at].Page == cursor; at++)
        {
            if (messages[at].IsFaded && read.TryGetValue(messages[at].Info.Id, out var again))
                messages[at] = ShownMessage.Of(again, cursor);
        }

        return state with { Messages = messages.ToImmutable() };
    }

    /// <summary>Of what is held only the newest page stays; the rest is in the store.</summary>
    public static TuiState Trim(TuiState state, string sessionId, MessagePage newest)
    {
        var first = newest.Messages.Select(message => IndexOf(state, message.Info.Id)).FirstOrDefault(index => index >= 0, -1);
        return state.Session?.Id != sessionId || first <= 0
            ? state
            : state with { Messages = state.Messages.RemoveRange(0, first), Before = newest.Before };
    }

    /// <summary>A prompt was accepted and waits.</summary>
    public static TuiState Wait(TuiState state, WaitingPrompt prompt) =>
        IndexOf(state, prompt.MessageId) >= 0 ? state : state with { Waiting = [.. state.Waiting, prompt] };

    /// <summary>Something was said to the person; the same words twice are one.</summary>
    public static TuiState Remark(TuiState state, Remark remark) => state with { Remarks = [.. state.Remarks.Where(earlier => earlier != remark), remark] };

    private static TuiState OfSession(TuiState state, SessionEvent told) => told switch
    {
        SessionCreated created => state with { Session = created.Info },
        SessionUpdated updated => state with { Session = updated.Info },
        SessionDeleted => new TuiState { Permissions = state.Permissions, Questions = state.Questions, Error = state.Error },
        SessionStatusChanged changed => state with { Status = changed.Status, Ended = changed.Status is SessionIsIdle ? state.Ended : null },
        SessionIdle idle => state with
        {
            Status = new SessionIsIdle(),
            Ended = idle.Reason is null or StopReason.Done or StopReason.Aborted ? null : idle.Text,
        },
        WindowRebuilt rebuilt => state with { Note = (state.Note.Number + 1, RebuiltNote(rebuilt)) },
        SessionWarning warning => Remark(state, new Remark(warning.Text, IsWarning: true)),
        CheckpointWritten written => state with { Checkpoint = written.Version },
        TodoUpdated updated => state with { Todos = updated.Todos },
        MessageUpdated updated => Update(state, updated.Info),
        MessageRemoved removed => state with { Messages = state.Messages.RemoveAll(message => message.Info.Id == removed.MessageId) },
        PartUpdated updated => WithChange(WithParts(state, updated.Part.MessageId, parts => Put(parts, updated.Part)), updated.Part),
        PartDelta { Field: "text" } delta => WithParts(state, delta.MessageId, parts => Grow(parts, delta)),
        PartRemoved removed => WithParts(state, removed.MessageId, parts => parts.RemoveAll(shown => shown.Part.Id == removed.PartId)),
        _ => state,
    };

    private static TuiState OfSubagent(TuiState state, Subagent subagent, SessionEvent told) => told switch
    {
        SessionIdle or SessionDeleted => state with { Subagents = state.Subagents.Remove(subagent) },
        PartUpdated { Part: ToolPart call } => state with
        {
            Subagents = state.Subagents.Replace(
                subagent, subagent with { Doing = call.Tool, Calls = subagent.Calls + (call.State is ToolCompleted or ToolFailed ? 1 : 0) }),
        },
        _ => state,
    };

    // Good until it is counted anew when the turn is over.
    private static TuiState WithChange(TuiState state, Part part)
    {
        if (part is not ToolPart { State: ToolCompleted { Metadata: { } metadata } } || Details.FromMetadata(metadata) is not DiffDetails diff)
            return state;
        var known = state.Changed.FirstOrDefault(file => file.Path == diff.FilePath);
        var now = new ChangedFile(diff.FilePath, diff.Additions + (known?.Added ?? 0), diff.Deletions + (known?.Removed ?? 0));
        return state with { Changed = known is null ? state.Changed.Add(now) : state.Changed.Replace(known, now) };
    }

    private static string RebuiltNote(WindowRebuilt rebuilt) =>
        $"{(rebuilt.Summary ? "The conversation was summed up" : "A fresh window was opened")}: {Numbers.Short(rebuilt.TokensBefore)} → {Numbers.Short(rebuilt.TokensAfter)} tokens. Everything before stays in the history.";

    private static TuiState WithoutQuestion(TuiState state, string id) =>
        state with { Questions = [.. state.Questions.Where(open => open.Id != id)] };

    private static TuiState Update(TuiState state, Message info)
    {
        var at = IndexOf(state, info.Id);
        info = ShownMessage.Slim(info);
        return state with
        {
            Messages = at < 0
                ? state.Messages.Add(new ShownMessage(info, []))
                : state.Messages.SetItem(at, state.Messages[at] with { Info = info }),
            Waiting = [.. state.Waiting.Where(prompt => prompt.MessageId != info.Id)],
        };
    }

    private static TuiState WithParts(TuiState state, string messageId, Func<ImmutableArray<ShownPart>, ImmutableArray<ShownPart>> change)
    {
        var at = IndexOf(state, messageId);
        if (at < 0)
            return state;
        var message = state.Messages[at];
        return state with { Messages = state.Messages.SetItem(at, message with { Parts = change(message.Parts) }) };
    }

    private static ImmutableArray<ShownPart> Put(ImmutableArray<ShownPart> parts, Part part)
    {
        var at = IndexOf(parts, part.Id);
        var growing = IsOpen(part) ? at >= 0 ? parts[at].Growing : new GrowingText() : null;
        var shown = new ShownPart(part, growing);
        return at < 0 ? parts.Add(shown) : parts.SetItem(at, shown);
    }

    private static ImmutableArray<ShownPart> Grow(ImmutableArray<ShownPart> parts, PartDelta delta)
    {
        var at = IndexOf(parts, delta.PartId);
        return at < 0 || parts[at].Growing is not { } growing
            ? parts
            : parts.SetItem(at, parts[at] with { Growing = growing.Append(delta.Delta) });
    }

    private static bool IsOpen(Part part) => part switch
    {
        TextPart text => text is { Text: "", Time: { End: null } },
        ReasoningPart reasoning => reasoning is { Text: "", Time.End: null },
        _ => false,
    };

    // What changes is nearly always at the end.
    private static int IndexOf(TuiState state, string messageId) => state.Messages.FindLastIndex(message => message.Info.Id == messageId);

    private static int IndexOf(ImmutableArray<ShownPart> parts, string id)
    {
        for (var at = parts.Length - 1; at >= 0; at--)
        {
            if (parts[at].Part.Id == id)
                return at;
        }

        return -1;
    }
}
