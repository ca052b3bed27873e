using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>
/// A scripted agent for interrupted work: it looks at what the conversation says was done, does the first thing that was not, and
/// tries what failed again, as a model would.
/// </summary>
internal static class Repairer
{
    public const string Broken = "sum=0\nfor each in \"$@\"; do sum=$((sum - each)); done\necho \"$sum\"\n";

    public static string Repaired { get; } = Broken.Replace("sum - each", "sum + each", StringComparison.Ordinal);

    /// <summary>Larger than what is kept in a row of the database.</summary>
    public static string Large { get; } = string.Concat(Enumerable.Range(0, 4_000).Select(line => $"line {line} of a large file\n"));

    private static readonly ToolCall[] Work =
    [
        ToolCall.Of("bash", new { command = "sh sum.sh 2 3", description = "Runs it" }),
        ToolCall.Of("write", new { filePath = "large.txt", content = Large }),
        ToolCall.Of("read", new { filePath = "sum.sh" }),
        ToolCall.Of("edit", new { filePath = "sum.sh", oldString = "sum - each", newString = "sum + each" }),
        ToolCall.Of("bash", new { command = "sh sum.sh 4 5", description = "Runs it again" }),
    ];

    public static TempProject Project() => new TempProject(("sum.sh", Broken)).WithGit();

    public static Reply Answer(ReceivedRequest request)
    {
        var tried = Tried(request);
        foreach (var call in Work)
        {
            var results = tried.Where(each => each.Call.Name == call.Name && Same(each.Call, call)).ToList();
            if (results.Any(each => each.Worked) || results.Count >= 3) { continue; }
            // What a file holds has to be looked at again after a change was interrupted.
            var mustRead = call.Name is "edit" && results.Count > 0 && tried[^1].Call.Name is not "read";
            return new Reply { ToolCalls = [mustRead ? Work[2] : call], Text = "Next." };
        }
        return Reply.Say("All done.");
    }

    private static List<(ToolCall Call, bool Worked)> Tried(ReceivedRequest request)
    {
        var said = request.Conversation;
        var results = said.Where(each => each.Role is "tool").ToDictionary(each => each.CallId!, each => each.Text);
        return [.. said.SelectMany(each => each.Calls ?? []).Select(call => (call, Worked: results.TryGetValue(call.Id!, out var text) && Worked(text)))];
    }

    private static bool Worked(string result) =>
        !result.Contains("Interrupted", StringComparison.Ordinal) && !result.Contains("not found", StringComparison.OrdinalIgnoreCase)
        && !result.Contains("Read ", StringComparison.Ordinal);

    private static bool Same(ToolCall one, ToolCall other) =>
        System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(one.Arguments), System.Text.Json.Nodes.JsonNode.Parse(other.Arguments));
}
