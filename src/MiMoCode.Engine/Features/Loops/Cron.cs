using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Loops;

/// <summary>What the model may say when it calls <see cref="CronTool"/>.</summary>
internal sealed record CronArgs(
    [property: Description("schedule: add one; list: show all; delete: take one back.")] CronAction Action,
    [property: Description("For schedule: what is to be done each time.")] string? Prompt = null,
    [property: Description("When: five cron fields in UTC. Either this or seconds.")] string? Cron = null,
    [property: Description("Seconds between two times, 60 to 86400.")] int? Seconds = null,
    [property: Description("So many times at the most; 20 when left out, 1 for once.")] int? Times = null,
    [property: Description("For delete: which one.")] string? Id = null);

/// <summary>What to do with recurring prompts.</summary>
internal enum CronAction
{
    [JsonStringEnumMemberName("schedule")] Schedule,
    [JsonStringEnumMemberName("list")] List,
    [JsonStringEnumMemberName("delete")] Delete,
}

/// <summary>The arguments of the tool, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CronArgs))]
internal sealed partial class CronJson : JsonSerializerContext;

/// <summary>Prompts that come again while the session is idle. The model reads cron.md.</summary>
internal sealed class CronTool(LoopBook book) : Tool<CronArgs>(Name, CronJson.Default.CronArgs)
{
    /// <summary>The name that the model calls it by.</summary>
    public const string Name = "cron";

    protected override ValueTask<ToolPlan> PlanAsync(CronArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (context.Session.Info.ParentId is not null)
            throw new ToolException("A subagent cannot schedule anything. Say in your report what should come again.");
        var access = new Access(Name, args.Action is CronAction.Schedule ? "schedule" : "*", "*", new TextDetails(args.Prompt ?? ""));
        return new(new ToolPlan([access], stopping => RunAsync(args, context.Session.Id, stopping)));
    }

    private async Task<ToolResult> RunAsync(CronArgs args, string sessionId, CancellationToken cancellationToken)
    {
        try
        {
            switch (args.Action)
            {
                case CronAction.Schedule:
                    var loop = await book.AddAsync(sessionId, args.Prompt ?? "", args.Cron, args.Seconds, args.Times, null, cancellationToken);
                    return new ToolResult($"Scheduled: {LoopCommand.Line(loop)}", loop.Id);
                case CronAction.Delete:
                    return await book.RemoveAsync(sessionId, args.Id ?? "", cancellationToken) > 0
                        ? new ToolResult($"{args.Id} does not come any more.", args.Id!)
                        : throw new ToolException($"Nothing is called {args.Id} here. There is: {LoopCommand.Lines(book.List(sessionId))}");
                default:
                    return new ToolResult(LoopCommand.Lines(book.List(sessionId)), "");
            }
        }
        catch (UserException wrong)
        {
            throw new ToolException(wrong.Message);
        }
    }
}

/// <summary><c>/loop</c>: the same for people, as in <c>/loop 10m look at the build</c>.</summary>
internal static partial class LoopCommand
{
    /// <summary>Carries it out; what came of it, for people.</summary>
    public static async Task<string> RunAsync(LoopBook book, string sessionId, string arguments, CancellationToken cancellationToken)
    {
        if (arguments is "" or "list")
            return Lines(book.List(sessionId));
        if (Stopping().Match(arguments) is { Success: true } stop)
        {
            var count = await book.RemoveAsync(sessionId, stop.Groups["id"].Success ? stop.Groups["id"].Value : null, cancellationToken);
            return $"{count} taken back.";
        }

        if (Every().Match(arguments) is not { Success: true } every)
            throw new UserException("Say how often and what, as in /loop 10m look at the build. /loop list shows them, /loop stop takes them back.");
        var number = int.Parse(every.Groups["number"].Value, CultureInfo.InvariantCulture);
        var seconds = every.Groups["unit"].Value switch { "s" => number, "m" => number * 60, _ => number * 3600 };
        return Line(await book.AddAsync(sessionId, every.Groups["prompt"].Value, null, seconds, null, null, cancellationToken));
    }

    public static string Lines(ImmutableArray<Recurrence> loops) => loops.IsEmpty ? "Nothing comes by itself here." : string.Join('\n', loops.Select(Line));

    public static string Line(Recurrence loop) => string.Create(
        CultureInfo.InvariantCulture,
        $"{loop.Id}  {loop.Cron ?? $"every {loop.Seconds} s"}, next at {loop.Next:yyyy-MM-dd HH:mm:ss} UTC, {loop.Left} times and {loop.MaxCost:0.00} dollars at the most: {loop.Prompt}");

    [GeneratedRegex(@"^(?:stop|delete)(?: (?<id>L\d+))?$")]
    private static partial Regex Stopping();

    [GeneratedRegex(@"^(?<number>\d{1,5})(?<unit>[smh])\s+(?<prompt>.+)$", RegexOptions.Singleline)]
    private static partial Regex Every();
}
