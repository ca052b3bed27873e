using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="HistoryTool"/>.</summary>
internal sealed record HistoryArgs(
    [property: Description("search: find words; around: the messages near a place; get: the whole text of a place. Left out: search, or get for a part.")] HistoryAction? Action = null,
    [property: Description("For search: the words to find, those that are rare best; \"a phrase\" in quotation marks.")] string? Query = null,
    [property: Description("For around and get: the number of a hit, or the id of a message.")] string? Part = null,
    [property: Description("For search: session, project (when left out) or all.")] HistoryScope Scope = HistoryScope.Project,
    [property: Description("For search: only what a tool of this name was asked or answered.")] string? Tool = null,
    [property: Description("For search: only user, assistant, input, output or error.")] string? Kind = null,
    [property: Description("For search: hits, at most 50; 10 when left out.")] int? Limit = null,
    [property: Description("For around: messages before and after, at most 20; 3 when left out.")] int? Messages = null,
    [property: Description("For get: the character to begin with.")] int? Offset = null);

/// <summary>How to look.</summary>
internal enum HistoryAction
{
    [JsonStringEnumMemberName("search")] Search,
    [JsonStringEnumMemberName("around")] Around,
    [JsonStringEnumMemberName("get")] Get,
}

/// <summary>Where to look.</summary>
internal enum HistoryScope
{
    [JsonStringEnumMemberName("session")] Session,
    [JsonStringEnumMemberName("project")] Project,
    [JsonStringEnumMemberName("all")] All,
}

/// <summary>Looks up what was said and done before, in this session and in others. The model reads history.md.</summary>
internal sealed class HistoryTool(HistorySearch search, HistoryPages pages) : Tool<HistoryArgs>("history", ToolJson.Default.HistoryArgs)
{
    private const int DefaultHits = 10, MostHits = 50, DefaultMessages = 3, MostMessages = 20, PageLength = 8_000, LineLength = 400;

    protected override ValueTask<ToolPlan> PlanAsync(HistoryArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task<ToolResult>> run = (args.Action ?? (args.Part is null ? HistoryAction.Search : HistoryAction.Get)) switch
        {
            HistoryAction.Search when args.Query is { Length: > 0 } query => stopping => SearchAsync(args, query, context.Session, stopping),
            HistoryAction.Around when args.Part is { } place => _ => Task.FromResult(Around(place, args.Messages)),
            HistoryAction.Get when args.Part is { } place => _ => Task.FromResult(Get(place, args.Offset ?? 0)),
            HistoryAction.Search => throw new ToolException("query is missing: the words to find."),
            _ => throw new ToolException("part is missing: the number of a hit, as search shows it."),
        };
        return new(new ToolPlan([new Access("history", args.Scope is HistoryScope.All ? "all" : "project", "*")], run, Exclusive: false));
    }

    private async Task<ToolResult> SearchAsync(HistoryArgs args, string text, Session session, CancellationToken cancellationToken)
    {
        var query = new HistoryQuery(
            text,
            args.Scope is HistoryScope.Session ? session.RootId : null,
            args.Scope is HistoryScope.Project ? session.Info.ProjectId : null,
            Math.Clamp(args.Limit ?? DefaultHits, 1, MostHits)) { Tool = args.Tool, Kind = args.Kind };
        var answer = await search.SearchAsync(query, cancellationToken);
        var (hits, notices) = (answer.Hits, string.Concat(answer.Notices().Select(notice => $"({notice})\n")));
        if (hits.IsEmpty)
            return new ToolResult(notices + "Nothing was found. Try fewer or rarer words, another form of the word, or a wider scope.", "0 hits");

        var shown = new StringBuilder(notices).Append("The best first; among equals the newest. When two hits disagree, the newer one holds.\n");
        foreach (var hit in hits)
            shown.Append(CultureInfo.InvariantCulture, $"\n{Heading(hit, session)}\n{hit.Snippet}\n");
        return new ToolResult(shown.ToString(), $"{hits.Length} hits", new TextDetails($"{hits.Length} hits for {text}"));
    }

    private static string Heading(HistoryHit hit, Session session)
    {
        var where = hit.SessionId == session.Id || hit.SessionId == session.RootId ? "this session" : $"session “{hit.SessionTitle}” ({hit.SessionId})";
        return string.Create(CultureInfo.InvariantCulture, $"[{hit.Part}] {hit.Time:yyyy-MM-dd HH:mm:ss} {Who(hit.Kind, hit.Tool)}, {where}:");
    }

    private static string Who(string kind, string? tool) => kind switch
    {
        "user" => "the user said",
        "assistant" => "the agent said",
        "input" => $"{tool} was asked",
        "error" => $"{tool} failed",
        _ => $"{tool} answered",
    };

    private ToolResult Around(string place, int? messages)
    {
        var count = Math.Clamp(messages ?? DefaultMessages, 0, MostMessages);
        var near = pages.Around(place, count, count);
        if (near.IsEmpty)
            throw new ToolException($"There is no place {place}. Use the number that search shows in brackets.");
        var shown = new StringBuilder();
        foreach (var message in near)
        {
            shown.Append(CultureInfo.InvariantCulture, $"{(message.IsPlace ? "→ " : "")}{message.Role} {message.Id}\n");
            foreach (var part in message.Parts)
            {
                foreach (var (kind, text) in part.Texts)
                    shown.Append(CultureInfo.InvariantCulture, $"  [{part.Seq}] {Who(kind, part.Tool)}: {Line(text)}\n");
            }
        }

        return new ToolResult(shown.ToString(), $"{near.Length} messages");
    }

    private ToolResult Get(string place, int offset)
    {
        var part = long.TryParse(place, CultureInfo.InvariantCulture, out var number) ? pages.Find(number)
            : pages.Around(place, 0, 0).SelectMany(message => message.Parts).FirstOrDefault();
        if (part is null)
            throw new ToolException($"There is no place {place}. Use the number that search shows in brackets.");

        var text = string.Join("\n\n", part.Texts.Select(each => $"{Who(each.Kind, part.Tool)}:\n{each.Text}"));
        var start = Math.Clamp(offset, 0, text.Length);
        var end = Math.Min(start + PageLength, text.Length);
        var rest = end < text.Length ? string.Create(CultureInfo.InvariantCulture, $"\n[{text.Length - end} characters follow: get again with offset {end}]") : "";
        return new ToolResult(text[start..end] + rest, string.Create(CultureInfo.InvariantCulture, $"{part.Seq}, characters {start} to {end}"));
    }

    private static string Line(string text) =>
        (text.Length <= LineLength ? text : $"{text[..LineLength]}… ({text.Length} characters)").ReplaceLineEndings(" ");
}
