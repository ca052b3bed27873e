using System.Text;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>How much of its parent's conversation a subagent is told.</summary>
internal enum ParentContext
{
    [JsonStringEnumMemberName("none")] None,
    [JsonStringEnumMemberName("state")] State,
    [JsonStringEnumMemberName("full")] Full,
}

/// <summary>What goes to a subagent and what comes back from it, in words.</summary>
internal sealed class SubagentText(Assets assets, SessionStore store)
{
    private const int LongestState = 24_000, CharactersPerToken = 4, DefaultWindow = 128_000;

    /// <summary>The first message of a run: what it is told of its parent, the work, and how to report.</summary>
    public string PromptOf(Session parent, RunRequest request)
    {
        var told = request.Context switch
        {
            ParentContext.State => StateOf(parent),
            ParentContext.Full => ConversationText.Of(parent.History, HalfOf(parent.Turn.Model.ContextLimit)),
            _ => null,
        };
        var text = new StringBuilder();
        if (told is not null)
            text.Append("<parent>\nWhat the agent that started you has before it; material, not your task.\n\n").Append(told).Append("\n</parent>\n\n");
        return text.Append(request.Prompt.Trim()).Append("\n\n").Append(assets.Read("prompts/subagent-report.md").Trim()).ToString();
    }

    /// <summary>A result as the parent reads it.</summary>
    public static string ResultOf(SessionInfo child, RunEnd end, string words)
    {
        var state = end.State.ToString().ToLowerInvariant();
        var text = new StringBuilder($"<subagent id=\"{child.Slug}\" agent=\"{child.Agent}\" state=\"{state}\" status=\"{end.Outcome ?? "unknown"}\">\n");
        if (end.Error is not null)
            text.Append("Error: ").Append(end.Error).Append('\n');
        if (end.State is RunState.Interrupted)
            text.Append("It can be resumed: give its id to the action run or spawn.\n");
        if (words.Length > 0)
            text.Append(words).Append('\n');
        return text.Append("</subagent>").ToString();
    }

    /// <summary>What was asked for, what is to be done, and where the work stands.</summary>
    private string StateOf(Session parent)
    {
        var asked = parent.History.Where(entry => entry.Info is UserMessage).ToList();
        var text = new StringBuilder(ConversationText.Of(asked, LongestState / 2));
        var todos = store.Todos(parent.Id);
        if (!todos.IsEmpty)
            text.Append("\n\n[to do]\n").AppendJoin('\n', todos.Select(todo => $"{todo.Status}: {todo.Content}"));
        if (parent.History.FindLast(entry => entry.Info is AssistantMessage && RunReport.TextOf(entry).Length > 0) is { } last)
            text.Append("\n\n[said last]\n").Append(ConversationText.Shorten(RunReport.TextOf(last), LongestState / 4));
        return text.ToString();
    }

    private static int HalfOf(int window) => (window > 0 ? Math.Min(window, 1_000_000) : DefaultWindow) * CharactersPerToken / 2;
}
