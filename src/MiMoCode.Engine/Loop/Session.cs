using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// One conversation in memory, from the start of its window on: a fold of the stored facts. Only the session log
/// applies facts, one at a time; snapshots of the history are immutable and safe to read meanwhile.
/// </summary>
internal sealed class Session(SessionInfo info, string rootId, string worktree)
{
    private readonly Dictionary<string, string> reminders = [];

    /// <summary>Kept, because a turn may have a thousand messages behind its prompt; null when it has to be looked for.</summary>
    private UserMessage? prompt;

    public string Id => Info.Id;

    /// <summary>The session that memory, notes, tasks, cost and the edit journal belong to.</summary>
    public string RootId => rootId;

    /// <summary>The folder the agent works in; relative paths start here.</summary>
    public string Directory => Info.Directory;

    /// <summary>The root of the work tree: what lies below it is the project.</summary>
    public string Worktree => worktree;

    public SessionInfo Info { get; private set; } = info;

    /// <summary>Proof that this process drives the session; null where nobody drives it, as in a test of a part.</summary>
    public Lease? Lease { get; set; }

    /// <summary>Who answers the running turn, and with which model. Set when a turn begins.</summary>
    public Turn Turn { get; set; } = Turn.None;

    public ImmutableList<MessageWithParts> History { get; private set; } = [];

    /// <summary>What every request of this window begins with, byte for byte; null until the next request opens one.</summary>
    public WindowOpened? Window { get; private set; }

    /// <summary>What the last counted request and its reply took up in the window; 0 when a window is new.</summary>
    public long ContextTokens { get; private set; }

    /// <summary>The newest text of each reminder that this window holds.</summary>
    public IReadOnlyDictionary<string, string> Reminders => reminders;

    /// <summary>The user message that the running turn answers.</summary>
    public UserMessage? Prompt => prompt ??= History.FindLast(entry => entry.Info is UserMessage)?.Info as UserMessage;

    /// <summary>Fills a session that is opened with what the store kept of its window.</summary>
    public void Load(WindowOpened? window, ImmutableList<MessageWithParts> messages)
    {
        (History, prompt) = (messages, null);
        if (window is not null)
            OpenWindow(window);
        foreach (var entry in History)
        {
            Count(entry.Info);
            foreach (var part in entry.Parts)
                Remember(part);
        }
    }

    public void Apply(Event fact)
    {
        switch (fact)
        {
            case SessionUpdated updated:
                Info = updated.Info;
                break;
            case MessageUpdated { Info: var info }:
                Put(info);
                Count(info);
                break;
            case MessageRemoved removed:
                (History, prompt) = (History.RemoveAll(entry => entry.Info.Id == removed.MessageId), null);
                break;
            case PartUpdated { Part: var part }:
                ChangeParts(part.MessageId, parts => Put(parts, part));
                Remember(part);
                break;
            case PartRemoved removed:
                ChangeParts(removed.MessageId, parts => parts.RemoveAll(part => part.Id == removed.PartId));
                break;
            case WindowOpened opened:
                OpenWindow(opened);
                break;
        }
    }

    private void OpenWindow(WindowOpened opened)
    {
        Window = opened;
        if (opened.StartId is null && opened.HeadId is null)
            return;

        // A rebuild makes its head message last, but the model reads it first.
        var head = History.Find(entry => entry.Info.Id == opened.HeadId);
        var start = opened.StartId is null ? 0 : History.FindIndex(entry => entry.Info.Id == opened.StartId);
        var kept = start < 0 ? [] : History.RemoveRange(0, start);
        (History, prompt) = (head is null ? kept : kept.Remove(head).Insert(0, head), null);
        ContextTokens = 0;
        reminders.Clear();
        foreach (var part in History.SelectMany(entry => entry.Parts))
            Remember(part);
    }

    private void Put(Message info)
    {
        if (info is UserMessage)
            prompt = null;
        var known = IndexOf(info.Id);
        History = known < 0
            ? History.Add(new MessageWithParts(info, []))
            : History.SetItem(known, History[known] with { Info = info });
    }

    private void ChangeParts(string messageId, Func<ImmutableArray<Part>, ImmutableArray<Part>> change)
    {
        var index = IndexOf(messageId);
        if (index >= 0)
            History = History.SetItem(index, History[index] with { Parts = change(History[index].Parts) });
    }

    // What changes is nearly always the newest message, so the search goes backwards.
    private int IndexOf(string messageId)
    {
        for (var index = History.Count - 1; index >= 0; index--)
        {
            if (History[index].Info.Id == messageId)
                return index;
        }

        return -1;
    }

    private static ImmutableArray<Part> Put(ImmutableArray<Part> parts, Part part)
    {
        for (var index = parts.Length - 1; index >= 0; index--)
        {
            if (parts[index].Id == part.Id)
                return parts.SetItem(index, part);
        }

        return parts.Add(part);
    }

    // A reply that was cut off or refused counted nothing and says nothing about the window.
    private void Count(Message info)
    {
        if (info is AssistantMessage reply && reply.Tokens != TokenUsage.None)
            ContextTokens = reply.Tokens.ContextTokens;
    }

    private void Remember(Part part)
    {
        if (part is TextPart { Synthetic: true } text && Reminder.IdOf(text) is { } id)
            reminders[id] = text.Text;
    }
}
