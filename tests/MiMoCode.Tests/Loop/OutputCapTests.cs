using MiMoCode.Engine.Foundation.Text;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Loop;

public sealed class OutputCapTests
{
    private const string Said = "The reindexing of the archive begins at 02:15.";
    private const string SaidAnew = "The reindexing of the archive begins at 23:40.";

    [Fact]
    public async Task What_is_cut_out_but_unlike_the_rest_stays_in_view_with_its_number()
    {
        var output = Log(2_000, 1_200, "the licence of the compiler ends on Friday");
        var shown = await ShownAsync(output);
        Assert.True(shown.Length < 14_000, $"{shown.Length} characters are in view");
        Assert.Contains("\n1201: the licence of the compiler ends on Friday\n", shown, StringComparison.Ordinal);
        Assert.NotNull(SpillNote.PathIn(shown));
    }

    [Fact]
    public async Task What_is_cut_out_of_prose_stays_in_view_where_it_changes_what_is_remembered()
    {
        var random = new Random(7);
        var prose = Enumerable.Range(0, 900).Select(_ => string.Join(' ', Enumerable.Range(0, 12).Select(_ => new string((char)('a' + random.Next(26)), random.Next(2, 9))))).ToList();
        prose[500] = SaidAnew;
        var shown = await ShownAsync(string.Join('\n', prose));
        Assert.Contains($"501: {SaidAnew}", shown, StringComparison.Ordinal);
    }

    /// <summary>What the model sees of a command's output in a session that has a checkpoint.</summary>
    private static async Task<string> ShownAsync(string output)
    {
        await using var harness = await WorkspaceHarness.StartAsync(request =>
            request.Conversation[^1] is { Role: "tool" } or { Role: "assistant" } || !request.Conversation[^1].Text.Contains("show it", StringComparison.Ordinal)
                ? Reply.Say("seen") : Reply.Call("bash", new { command = "cat long.txt", description = "Shows it" }), context: 32_000);
        await File.WriteAllTextAsync(Path.Combine(harness.Project.Root, "long.txt"), output);
        await harness.AskAsync(Said);
        await harness.CommandAsync("rebuild");
        await harness.AskAsync("show it");
        return harness.Requests.SelectMany(request => request.Conversation).Last(said => said.Role is "tool").Text;
    }

    private static string Log(int lines, int at, string line) => string.Concat(
        Enumerable.Range(0, lines).Select(number => number == at ? line + "\n" : $"batch {number} of the import stored {number * 3} rows\n"));
}
