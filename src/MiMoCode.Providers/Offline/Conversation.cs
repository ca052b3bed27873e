using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Offline;

/// <summary>What a request says, folded from its messages: what is asked, where, and which tool calls were made about it so far.</summary>
internal sealed partial record Conversation(string Prompt, string Folder, ImmutableArray<PastCall> Calls)
{
    public static Conversation Read(IReadOnlyList<MessageWithParts> messages)
    {
        var prompt = "";
        var folder = "";
        var calls = ImmutableArray.CreateBuilder<PastCall>();
        foreach (var message in messages)
        {
            switch (message.Info)
            {
                // "Go on" after a stop belongs to what was asked before it.
                case UserMessage when Words(message) is { Length: > 0 } words && !(calls.Count > 0 && GoOn().IsMatch(words)):
                    prompt = words;
                    calls.Clear();
                    break;
                case AssistantMessage reply:
                    folder = reply.Path.Cwd;
                    calls.AddRange(message.Parts.OfType<ToolPart>().Where(part => part.State.IsFinal).Select(PastCall.Of));
                    break;
                default:
                    break;
            }
        }

        return new Conversation(prompt, folder, calls.ToImmutable());
    }

    /// <summary>Whether the prompt asks for the one job that can be done without a model.</summary>
    public bool AsksForRepair =>
        !Question().IsMatch(Prompt) && !Authoring().IsMatch(Prompt) && (FixTests().IsMatch(Prompt) || TestsFail().IsMatch(Prompt) || FixBug().IsMatch(Prompt));

    private static string Words(MessageWithParts message) =>
        string.Join('\n', message.Parts.OfType<TextPart>().Where(part => part.Synthetic is not true && part.Ignored is not true).Select(part => part.Text)).Trim();

    [GeneratedRegex(@"^(please )?(continue|go on|carry on|keep going|resume|proceed)\b.{0,20}$", RegexOptions.IgnoreCase)]
    private static partial Regex GoOn();

    [GeneratedRegex(@"^\s*(why|how|what|which|who|when|where|explain|describe|can you explain)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Question();

    [GeneratedRegex(@"\b(write|add|create|generate|delete|remove|refactor|rename)\b.{0,40}\b(tests?|specs?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Authoring();

    [GeneratedRegex(@"\b(fix|repair|make|get|turn|bring|solve|correct|debug|mend)\b[\s\S]{0,80}\b(tests?|specs?|suite|checks?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex FixTests();

    [GeneratedRegex(@"\b(tests?|specs?|suite)\b[\s\S]{0,60}\b(fail(s|ing|ed)?|broken|red|pass(es)?|green)\b|\bfailing (tests?|specs?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex TestsFail();

    [GeneratedRegex(@"^\s*(please )?(find and )?(fix|repair|solve) (the|this|my|a) (bug|fault|failure|defect)\b", RegexOptions.IgnoreCase)]
    private static partial Regex FixBug();
}

/// <summary>A tool call that came to its end, and what came of it.</summary>
internal sealed partial record PastCall(string Tool, JsonElement Input, Outcome Outcome)
{
    public static PastCall Of(ToolPart part) => new(part.Tool, part.State.Input, part.State switch
    {
        ToolCompleted done => new Outcome(done.Output, Failed: false, Exit(done.Metadata, done.Output), Took(done.Time)),
        ToolFailed failed => new Outcome(failed.Error, Failed: true, Exit(failed.Metadata, failed.Error), Took(failed.Time)),
        _ => throw new InvalidOperationException("Only calls that ended are read."),
    });

    private static int? Exit(JsonElement? metadata, string output) =>
        Details.FromMetadata(metadata) is CommandDetails command ? command.Exit
            : ExitLine().Match(output) is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private static TimeSpan Took(ToolTime time) => time.End is { } end ? end - time.Start : TimeSpan.Zero;

    [GeneratedRegex(@"\bexit(?:ed)?(?: with)?(?: code| status)?:? (\d{1,3})\b", RegexOptions.IgnoreCase)]
    private static partial Regex ExitLine();
}

/// <summary>The result of a tool call. Exit is the exit code of a command, where it had one.</summary>
internal sealed record Outcome(string Output, bool Failed, int? Exit, TimeSpan Took);
