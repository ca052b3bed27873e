using System.Collections.Immutable;
using MiMoCode.App.Tui.Parts;
using MiMoCode.App.Tui.State;
using MiMoCode.Protocol.Messages;
using MiMoCode.Terminal.Markdown;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Transcript;

/// <summary>
/// Layouts of messages near the screen. A message that did not change is laid out once for a width; of one that changed only the
/// parts that did; of a part that grows only what is new.
/// </summary>
internal sealed class LayoutCache
{
    private const int MostMessages = 100;

    private readonly Dictionary<string, (ShownMessage Message, MessageLayout Layout)> messages = [];
    private readonly Dictionary<string, (ShownPart Part, Block? Block, Action<string>? Append)> parts = [];
    private ViewContext? context;

    // Stands for what is being read again: one line, so that there is a place to stay at.
    private MessageLayout Faded => new([new Block([StyledLine.Of("…", context!.Look.Muted)])]);

    private ImmutableList<ShownMessage> all = [];

    /// <summary>Call before a frame: another width or look makes everything new.</summary>
    public void Use(ViewContext wanted, ImmutableList<ShownMessage> held)
    {
        all = held;
        if (wanted == context && messages.Count <= MostMessages)
            return;
        context = wanted;
        messages.Clear();
        parts.Clear();
    }

    /// <summary>The layout of the message at a place.</summary>
    public MessageLayout Of(int index)
    {
        var message = all[index];
        if (message.IsFaded)
            return Faded;
        if (messages.TryGetValue(message.Info.Id, out var known) && ReferenceEquals(known.Message, message))
            return known.Layout;
        var blocks = message.Parts.Select(part => Of(part, message.Info)).OfType<Block>();
        if (message.Info is AssistantMessage reply && !IsOwnCommand(reply, message))
            blocks = blocks.Concat(PartBlocks.Footer(reply, StartOf(reply, index), context!));
        var layout = new MessageLayout(blocks);
        messages[message.Info.Id] = (message, layout);
        return layout;
    }

    // No model had a part in a command line of the person: who answered in what time would be wrong.
    private static bool IsOwnCommand(AssistantMessage reply, ShownMessage message) =>
        reply is { Finish: StopReason.Done, Error: null } && message.Parts is [{ Part: ToolPart }];

    /// <summary>When the turn began that a reply ends.</summary>
    private DateTimeOffset StartOf(AssistantMessage reply, int index)
    {
        for (var at = index - 1; at >= 0; at--)
        {
            if (all[at].Info.Id == reply.ParentId)
                return all[at].Info.Time.Created;
        }

        return reply.Time.Created;
    }

    private Block? Of(ShownPart part, Message message)
    {
        var has = parts.TryGetValue(part.Part.Id, out var known);
        if (has && ReferenceEquals(known.Part, part))
            return known.Block;
        var (block, append) = part switch
        {
            { Growing: { } growing, Part: TextPart or ReasoningPart } when message is AssistantMessage => Grown(part.Part, growing, known),
            _ => (PartBlocks.Of(part, message, context!), null),
        };
        parts[part.Part.Id] = (part, block, append);
        return block;
    }

    private (Block?, Action<string>?) Grown(Part part, GrowingText growing, (ShownPart? Part, Block? Block, Action<string>? Append) before)
    {
        if (growing.Length == 0)
            return (null, null);   // some thoughts are never told
        var earlier = before.Part?.Growing ?? new GrowingText();
        var (block, append) = (before.Block, before.Append);
        if (append is null || !growing.Continues(earlier))
            ((block, append), earlier) = (Begin(part), new GrowingText());
        if (growing.Length > earlier.Length)
            append!(growing.From(earlier.Length));
        return (block, append);
    }

    private (Block, Action<string>) Begin(Part part)
    {
        if (part is ReasoningPart thought)
        {
            var lines = new GrowingLines(context!.Columns, context.Look.Thought);
            return (PartBlocks.Thought(lines, thought, context), lines.Append);
        }

        var text = new MarkdownText(context!.Columns, context.Look.Markdown);
        return (new Block(text), text.Append);
    }
}
