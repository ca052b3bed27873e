using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MiMoCode.Engine.Features.Checkpoints;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>What a new window is built from. Start is the first message that stays as it is; Room is in estimated tokens.</summary>
internal sealed record RebuildView(
    Session Session, ImmutableList<MessageWithParts> Messages, int Start, IReadOnlyDictionary<string, long> Numbers,
    StoredCheckpoint? Checkpoint, long Room)
{
    public WindowOrder Order { get; init; } = new();

    /// <summary>What a model said of the messages that go out of view; null where a checkpoint speaks of them.</summary>
    public string? Summary { get; init; }
}

/// <summary>How a new window is wanted: from the checkpoint or from a summary, and what the summary has to look at.</summary>
internal sealed record WindowOrder(bool IsSummary = false, string? Focus = null, bool Auto = false);

/// <summary>
/// The message that a rebuilt window begins with. Its pieces are planned by priority under one total, so that it fits whatever there
/// is; what does not fit is named, with the way to it.
/// </summary>
internal sealed class RebuildText(
    PushCapsConfig caps, EditJournalStore journal, MemoryFiles files, Func<string, string> tasksOf, JobTable jobs, Assets assets, TimeProvider clock)
{
    private const int LeastRoom = 400;
    private const int RecentMessages = 12;
    private const int HeadingTokens = 60;

    /// <summary>True for a message that a window began with.</summary>
    public static bool IsHead(MessageWithParts message) => message.Parts.Any(part => part is CheckpointPart or CompactionPart);

    /// <summary>The parts, once the message they belong to has its id.</summary>
    public Func<string, ImmutableArray<Part>> Build(RebuildView view)
    {
        var document = CheckpointDocument.Parse(view.Checkpoint?.Body ?? "");
        var budget = new TokenBudget(Math.Max(LeastRoom, view.Room));
        var opening = budget.Take(assets.Read("prompts/rebuild.md").Trim(), 1);
        var closing = budget.Take(Closing(view), 1);
        var tasks = budget.Take(Tasks(view.Session), 0.15, caps.TasksLedger);
        var summary = budget.Take(Headed("What happened", view.Summary ?? ""), 0.5);
        var digest = budget.Take(view.Summary is null ? Digest.Of(Gap(view)) : "", 0.25);
        var user = budget.Take(RecentUser(view, document, Math.Min(budget.Share(0.3), caps.RecentUser)), 0.35, caps.RecentUser);
        var notes = budget.Take(Headed("Notes since the checkpoint", Latest(Notes(view), Math.Min(budget.Share(0.2), caps.Notes))), 0.25, caps.Notes);
        var work = budget.Take(WorkDone.Of(journal.OfRoot(view.Session.RootId), view.Messages, jobs.List(view.Session.Id), view.Session.Worktree), 0.2);
        var checkpoint = CheckpointView.Render(document, Math.Min(budget.Left, caps.Checkpoint));

        var texts = new[]
        {
            opening, tasks, summary, Headed("Checkpoint", checkpoint), work, user, notes, digest, closing,
        };
        return messageId =>
        [
            Mark(view, messageId),
            .. texts.Where(text => text.Length > 0).Select(Part (text) => new TextPart(text, Synthetic: true)
            {
                Id = Ids.Part(clock), SessionId = view.Session.Id, MessageId = messageId,
            }),
        ];
    }

    private Part Mark(RebuildView view, string messageId)
    {
        var (id, session) = (Ids.Part(clock), view.Session.Id);
        if (view.Summary is null)
        {
            return new CheckpointPart(files.SessionFolder(view.Session.RootId), (int)(view.Checkpoint?.Version ?? 0), CoveredUpTo(view))
            {
                Id = id, SessionId = session, MessageId = messageId,
            };
        }

        var tail = view.Start < view.Messages.Count ? view.Messages[view.Start].Info.Id : null;
        return new CompactionPart(view.Order.Auto, TailStartId: tail) { Id = id, SessionId = session, MessageId = messageId };
    }

    private static string CoveredUpTo(RebuildView view) => view.Start > 0 ? view.Messages[view.Start - 1].Info.Id : "";

    /// <summary>Messages that neither the checkpoint speaks of nor the window keeps.</summary>
    private static IEnumerable<MessageWithParts> Gap(RebuildView view) => view.Messages.Take(view.Start)
        .Where(message => view.Numbers.GetValueOrDefault(message.Info.Id) > (view.Checkpoint?.CoveredSeq ?? 0) && !IsHead(message));

    /// <summary>The notes that no checkpoint has taken in yet.</summary>
    private string Notes(RebuildView view)
    {
        var text = MemoryFiles.Read(files.Notes(view.Session.RootId)).Text;
        return text[(int)Math.Min(view.Checkpoint?.NotesCursor ?? 0, text.Length)..];
    }

    private string Tasks(Session session) => Headed("Tasks", tasksOf(session.RootId));

    // Word for word, the newest as far as they fit; what was said differently later is not said again.
    private string RecentUser(RebuildView view, CheckpointDocument document, long room)
    {
        var later = new SaidLater(document);
        var shown = new List<string>();
        foreach (var message in view.Messages.Take(view.Start).Where(message => message.Info is UserMessage).Reverse().Take(RecentMessages))
        {
            var text = string.Join('\n', message.Parts.OfType<TextPart>().Where(part => part.Synthetic is not true).Select(part => part.Text));
            if (text.Length is 0)
                continue;
            text = later.Mark(text, view.Numbers.GetValueOrDefault(message.Info.Id));
            // What waits for its answer is what all this is for.
            text = message == view.Messages[^1] ? TokenBudget.CutMiddle(text, room - HeadingTokens) : TokenBudget.Cut(text, Math.Min(room, caps.RecentUserPerMsg));
            text = $"{message.Info.Time.Created:yyyy-MM-dd HH:mm} ({message.Info.Id}):\n{text}";
            room -= TokenEstimate.Of(text);
            if (room < 0)
                break;
            shown.Add(text);
        }

        shown.Reverse();
        return Headed("What the user said last, word for word", string.Join("\n\n", shown));
    }

    private string Closing(RebuildView view) => assets.Read(view.Messages switch
    {
        [.., { Info: UserMessage } last] when last.Parts.OfType<TextPart>().Any(part => part.Synthetic is not true) => "prompts/rebuild-asked.md",
        [.., { Info: AssistantMessage { Finish: StopReason.Done } }] => "prompts/rebuild-done.md",
        _ => "prompts/rebuild-working.md",
    }).Trim();

    private static string Latest(string text, long tokens)
    {
        var most = (int)Math.Min(int.MaxValue, tokens * 3);
        if (text.Length <= most)
            return text.Trim();
        var from = text.IndexOf('\n', text.Length - most);
        return $"(older notes are in the file)\n{text[(from < 0 ? text.Length - most : from + 1)..].Trim()}";
    }

    private static string Headed(string title, string text) => text.Trim().Length is 0 ? "" : $"# {title}\n{text.Trim()}";
}
