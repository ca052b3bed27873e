using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>The job the program is for: a fault in a real repository is found and repaired, and seen to be.</summary>
public sealed class MainJobTests
{
    private const string Program = "#!/bin/sh\n# Prints the sum of its arguments.\nsum=0\nfor each in \"$@\"; do sum=$((sum - each)); done\necho \"$sum\"\n";
    private const string Check = "#!/bin/sh\nfound=$(sh sum.sh 2 3)\nif [ \"$found\" = 5 ]; then echo 'ok 1'; else echo \"not ok 1: 2 + 3 is $found\"; exit 1; fi\n";

    private static TempProject Repository() => new TempProject(("sum.sh", Program), ("check.sh", Check)).WithGit();

    private static Reply[] Repair() =>
    [
        Reply.Call("bash", new { command = "sh check.sh", description = "Runs the tests" }),
        Reply.Call("read", new { filePath = "sum.sh" }),
        Reply.Call("edit", new { filePath = "sum.sh", oldString = "sum - each", newString = "sum + each" }),
        Reply.Call("bash", new { command = "sh check.sh", description = "Runs the tests again" }),
        Reply.Say("The sum subtracted; it adds now, and the test passes."),
    ];

    [Fact]
    public async Task Repairs_a_fault_in_a_repository_and_stops_when_the_tests_pass()
    {
        await using var scene = await Scene.OpenAsync(Repository(), Repair());

        var exit = await scene.RunAsync("run", "make the failing tests pass");

        Assert.Equal(0, exit.Code);
        Assert.Equal("The sum subtracted; it adds now, and the test passes.\n", exit.Output);
        Assert.Contains("test/scripted", exit.Errors, StringComparison.Ordinal);
        Assert.Equal(Program.Replace("sum - each", "sum + each", StringComparison.Ordinal), scene.Project.Read("sum.sh"));
        Assert.Equal(" M sum.sh\n", scene.Project.Git("status", "--porcelain"));
        var results = scene.Server.Prompts[^1].Conversation.Where(said => said.Role is "tool").Select(said => said.Text).ToList();
        Assert.Contains("not ok 1: 2 + 3 is -5", results[0], StringComparison.Ordinal);
        Assert.Contains("sum - each", results[1], StringComparison.Ordinal);
        Assert.Contains("ok 1", results[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_programs_every_step_as_one_object_per_line()
    {
        await using var scene = await Scene.OpenAsync(Repository(), Repair());

        var exit = await scene.RunAsync("run", "--format", "json", "make the failing tests pass");

        Golden.Check("repair.jsonl", Normal.Of(exit.Output, scene));
    }

    [Fact]
    public async Task Sends_each_request_as_the_one_before_and_what_is_new()
    {
        await using var scene = await Scene.OpenAsync(Repository(), Repair());

        await scene.RunAsync("run", "make the failing tests pass");

        var requests = scene.Server.Prompts;
        Assert.Equal(5, requests.Count);
        for (var number = 1; number < requests.Count; number++)
        {
            var (before, after) = (requests[number - 1].Text, requests[number].Text);
            var same = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.True(same > before.LastIndexOf("\"role\"", StringComparison.Ordinal), $"request {number + 1} agrees with the one before only up to {same} of {before.Length}");
        }
    }

    [Fact]
    public async Task Leaves_no_process_behind_and_returns_while_a_child_holds_the_output()
    {
        await using var scene = await Scene.OpenAsync(
            Reply.Call("bash", new { command = "sleep 300 & echo started", description = "Leaves a child" }), Reply.Say("Done."));

        var exit = await scene.RunAsync("run", "start it");

        Assert.Equal(0, exit.Code);
        Assert.Contains("started", scene.Server.Prompts[^1].LastToolResult!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), IsChildOf(scene));
    }

    private static Predicate<string> IsChildOf(Scene scene) => process =>
    {
        try
        {
            return File.Exists($"{process}/cmdline") && File.ReadAllText($"{process}/cmdline").StartsWith("sleep\0300", StringComparison.Ordinal)
                && File.ReadAllText($"{process}/environ").Contains(scene.Project.Home, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    };
}
