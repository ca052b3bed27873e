using System.Text;
using System.Text.Json;

namespace MiMoCode.Providers.Http;

/// <summary>
/// Collects the events of a reply between two reads of the network. Deltas of one kind that arrived together become one event,
/// and parts are put one after the other, whatever order the wire mixed them in.
/// </summary>
internal sealed class ReplyEvents
{
    private readonly StringBuilder pending = new();
    private List<ModelEvent> ready = [];
    private List<ModelEvent> handed = [];
    private Kind open;
    private Kind waiting;
    private string? callId;

    private enum Kind
    {
        None,
        Text,
        Reasoning,
        ToolInput,
    }

    /// <summary>Characters of text and reasoning so far.</summary>
    public long Characters { get; private set; }

    public bool ReasoningIsOpen => open is Kind.Reasoning;

    public void Text(ReadOnlySpan<char> text) => Append(Kind.Text, text);

    public void Reasoning(ReadOnlySpan<char> text) => Append(Kind.Reasoning, text);

    /// <summary>Opens reasoning even if no word of it is shown, so that its metadata has a part to stand on.</summary>
    public void OpenReasoning()
    {
        if (open is Kind.Reasoning)
            return;
        Open(Kind.Reasoning);
        ready.Add(new ReasoningDelta(""));
    }

    /// <summary>Ends the open part, if there is one.</summary>
    public void EndPart(JsonElement? metadata = null)
    {
        Flush();
        if (open is Kind.None)
            return;
        ready.Add(new PartEnded(metadata));
        open = Kind.None;
    }

    public void ToolStarted(string id, string tool)
    {
        EndPart();
        ready.Add(new ToolCallStarted(id, tool));
    }

    public void ToolInput(string id, string text)
    {
        if (text.Length == 0)
            return;
        if (waiting is not Kind.ToolInput || callId != id)
            Flush();
        (waiting, callId) = (Kind.ToolInput, id);
        pending.Append(text);
    }

    public void Called(ToolCalled call)
    {
        EndPart();
        ready.Add(call);
    }

    /// <summary>What has come since the last call; valid until the next one.</summary>
    public IReadOnlyList<ModelEvent> Drain()
    {
        Flush();
        (ready, handed) = (handed, ready);
        ready.Clear();
        return handed;
    }

    private void Append(Kind kind, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        Open(kind);
        waiting = kind;
        pending.Append(text);
        Characters += text.Length;
    }

    private void Open(Kind kind)
    {
        if (waiting is Kind.ToolInput)
            Flush();
        if (open == kind)
            return;
        EndPart();
        open = kind;
    }

    private void Flush()
    {
        if (pending.Length == 0)
            return;
        var text = pending.ToString();
        pending.Clear();
        ready.Add(waiting switch
        {
            Kind.Text => new TextDelta(text),
            Kind.Reasoning => new ReasoningDelta(text),
            _ => new ToolInputDelta(callId!, text),
        });
        waiting = Kind.None;
    }
}
