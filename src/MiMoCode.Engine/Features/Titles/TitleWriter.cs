using System.Collections.Concurrent;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Titles;

/// <summary>The model for small jobs as a turn that names sessions; null where there is none.</summary>
internal delegate Turn? TitleTurn(ModelRef near);

/// <summary>
/// Names a session that has no name yet, once its first prompt is being answered: by the small model where there is one, else by the
/// first words of the prompt. A name that a person gives meanwhile stays.
/// </summary>
internal sealed class TitleWriter(
    SessionStore store, Subagents.Subagents subagents, SessionOpener open, TitleTurn turn, BackgroundTasks background,
    SessionLog log) : IEventSink
{
    private const string Unnamed = "New session - ", Agent = "title";
    private const int LongestPrompt = 4_000, LongestWords = 50, LongestTitle = 80, MostOutput = 2_000;

    // A reply comes in thousands of pieces: of each only the first is looked at.
    private readonly ConcurrentDictionary<string, string> looked = new(StringComparer.Ordinal);

    /// <summary>The answer has begun, so that the request of the session itself is on its way.</summary>
    public void Publish(Event told)
    {
        if (told is not PartDelta { SessionId: var id, MessageId: var reply } || (looked.TryGetValue(id, out var last) && last == reply))
            return;
        looked[id] = reply;
        if (store.Find(id) is { ParentId: null } info && info.Title.StartsWith(Unnamed, StringComparison.Ordinal))
            background.TryStart($"title:{id}", stopping => NameAsync(id, stopping));
    }

    private async Task NameAsync(string sessionId, CancellationToken cancellationToken)
    {
        var session = open(sessionId);
        if (session.History.Find(entry => entry.Info is UserMessage) is not { Info: UserMessage prompt } first)
            return;
        var text = string.Join(' ', first.Parts.OfType<TextPart>().Where(part => part.Synthetic is not true).Select(part => part.Text)).Trim();
        var title = await AskAsync(session, prompt.Model, text, cancellationToken) ?? Shorten(text, LongestWords);
        if (title.Length > 0)
        {
            await store.ChangeAsync(
                sessionId, info => info.Title.StartsWith(Unnamed, StringComparison.Ordinal) ? info with { Title = title } : info, [], whenStored: log.Told);
        }
    }

    private async Task<string?> AskAsync(Session session, ModelRef near, string text, CancellationToken cancellationToken)
    {
        if (text.Length is 0 || turn(near) is not { } small)
            return null;
        session.Turn = small;
        var prefix = new ModelRequest
        {
            Model = small.Model, System = subagents.InstructionsOf(Agent), Messages = [], Tools = [], SessionId = session.Id, Variant = small.Variant,
        };
        var reply = await subagents.AskAsync(
            new HiddenQuestion(session, prefix, ConversationText.Shorten(text, LongestPrompt), Purpose.Title, Agent, "Title", MostOutput), cancellationToken);
        return reply.Failure is null && Clean(reply.Text) is { Length: > 0 } title ? title : null;
    }

    /// <summary>The first line that says something, without the quotes that models like to set.</summary>
    internal static string Clean(string reply)
    {
        var end = reply.LastIndexOf("</think>", StringComparison.Ordinal);
        var line = reply[(end < 0 ? 0 : end + "</think>".Length)..].Split('\n').Select(each => each.Trim()).FirstOrDefault(each => each.Length > 0) ?? "";
        return Shorten(line.Trim('"', '\'', '`', '*', '#', ' ').TrimEnd('.'), LongestTitle);
    }

    private static string Shorten(string text, int most)
    {
        var line = new string([.. text.ReplaceLineEndings(" ").Where(letter => !char.IsControl(letter))]).Trim();
        return line.Length <= most ? line : line[..most].TrimEnd() + "…";
    }
}
