using System.Text;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>
/// Takes thinking out of text that begins with a think tag. Only the very beginning of a reply is looked at, so that a text that
/// speaks of such tags stays whole.
/// </summary>
internal sealed class ThinkTags
{
    private const string Opening = "<think>";
    private const string Closing = "</think>";

    private readonly StringBuilder held = new();
    private State state;

    private enum State
    {
        Beginning,
        Thinking,
        AfterThinking,
        Text,
    }

    public bool IsThinking => state is State.Thinking;

    public void Feed(ReadOnlySpan<char> text, ReplyEvents events)
    {
        if (state is State.Text)
        {
            events.Text(text);
            return;
        }

        held.Append(text);
        while (Step(held.ToString(), events))
        {
        }
    }

    /// <summary>Gives out what was held back.</summary>
    public void End(ReplyEvents events)
    {
        var rest = held.ToString();
        held.Clear();
        if (state is State.Thinking)
            events.Reasoning(rest);
        else if (state is State.Beginning || rest.Trim().Length > 0)
            events.Text(rest);
        state = State.Text;
    }

    private bool Step(string text, ReplyEvents events)
    {
        switch (state)
        {
            case State.Beginning:
                var trimmed = text.TrimStart();
                if (trimmed.Length < Opening.Length && Opening.StartsWith(trimmed, StringComparison.Ordinal))
                    return false;
                if (trimmed.StartsWith(Opening, StringComparison.Ordinal))
                    return Next(State.Thinking, trimmed[Opening.Length..]);
                return Rest(text, events);
            case State.Thinking:
                return Think(text, events);
            case State.AfterThinking:
                return text.TrimStart() is { Length: > 0 } rest && Rest(rest, events);
            default:
                return false;
        }
    }

    private bool Think(string text, ReplyEvents events)
    {
        var end = text.IndexOf(Closing, StringComparison.Ordinal);
        if (end >= 0)
        {
            events.Reasoning(text.AsSpan(0, end));
            events.EndPart();
            return Next(State.AfterThinking, text[(end + Closing.Length)..]);
        }

        // What could be the beginning of the closing tag waits for more.
        var keep = Math.Min(text.Length, Closing.Length - 1);
        while (keep > 0 && !Closing.AsSpan().StartsWith(text.AsSpan(text.Length - keep), StringComparison.Ordinal))
            keep--;
        events.Reasoning(text.AsSpan(0, text.Length - keep));
        return Next(State.Thinking, text[^keep..], goOn: false);
    }

    private bool Rest(string text, ReplyEvents events)
    {
        held.Clear();
        state = State.Text;
        events.Text(text);
        return false;
    }

    private bool Next(State next, string rest, bool goOn = true)
    {
        state = next;
        held.Clear().Append(rest);
        return goOn;
    }
}
