using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>Finds what people said in a session, from its end backwards.</summary>
internal sealed class Prompts(SessionStore store)
{
    private const int PageSize = 50;

    /// <summary>The last prompt before a place in the conversation; null when there is none.</summary>
    public MessageWithParts? LastBefore(string sessionId, long seq) =>
        Backwards(sessionId).FirstOrDefault(prompt => store.FindSeq(sessionId, prompt.Info.Id) is { } own && own < seq);

    /// <summary>The newest message that the model has seen or is to answer; null when nothing was said.</summary>
    public string? Newest(string sessionId) =>
        store.Page(sessionId, 1, null).Messages.LastOrDefault(message => store.FindSeq(sessionId, message.Info.Id) is not null)?.Info.Id;

    /// <summary>Where the turn ends that begins with the message: at the next prompt, or never.</summary>
    public long EndOfTurn(string sessionId, long seq)
    {
        var end = long.MaxValue;
        foreach (var prompt in Backwards(sessionId))
        {
            if (store.FindSeq(sessionId, prompt.Info.Id) is not { } own)
                continue;
            if (own <= seq)
                break;
            end = own;
        }

        return end;
    }

    private IEnumerable<MessageWithParts> Backwards(string sessionId)
    {
        string? before = null;
        do
        {
            var page = store.Page(sessionId, PageSize, before);
            foreach (var message in page.Messages.Reverse())
            {
                if (message.Info is UserMessage && message.Parts.Any(part => part is not TextPart { Synthetic: true }))
                    yield return message;
            }

            before = page.Before;
        }
        while (before is not null);
    }
}
