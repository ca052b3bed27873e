using System.Security.Cryptography;
using System.Text;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Agents as data: those that come along, those people write, and what the planning one cannot do.</summary>
public sealed class AgentTests
{
    /// <summary>Ways to change something, told as a call each. A file a.txt is there to be changed.</summary>
    private static readonly (string Tool, object Arguments)[] Ways =
    [
        ("write", new { filePath = "new.txt", content = "x" }),
        ("write", new { filePath = ".git/hooks/pre-commit", content = "x" }),
        ("write", new { filePath = "../beside.txt", content = "x" }),
        ("edit", new { filePath = "a.txt", oldString = "one", newString = "two" }),
        ("edit", new { filePath = "new.txt", oldString = "", newString = "two" }),
        ("multiedit", new { filePath = "a.txt", edits = new[] { new { oldString = "one", newString = "two" } } }),
        ("apply_patch", new { patchText = "*** Begin Patch\n*** Add File: new.txt\n+x\n*** End Patch" }),
        ("apply_patch", new { patchText = "*** Begin Patch\n*** Delete File: a.txt\n*** End Patch" }),
        .. Shell(
            "echo two > a.txt", "echo two >> a.txt", "rm a.txt", "mv a.txt b.txt", "cp a.txt b.txt", "touch new.txt", "mkdir new", "ln -s a.txt link",
            "chmod +x a.txt", "sed -i s/one/two/ a.txt", "tee new.txt < a.txt", "cat a.txt | tee new.txt", "dd if=a.txt of=new.txt", "truncate -s 0 a.txt",
            "install a.txt new.txt", "sh -c 'echo two > a.txt'", "bash -c \"rm a.txt\"", "eval 'echo two > a.txt'", "$(echo rm) a.txt", "x=rm; $x a.txt",
            "find . -name a.txt -delete", "find . -name a.txt -exec rm {} +", "xargs rm <<< a.txt", "echo a.txt | xargs rm", "git commit --allow-empty -m x",
            "git checkout -b other", "git stash", "git reset --hard", "git config user.name x", "git diff --output=new.txt", "sort -o a.txt a.txt",
            "awk 'BEGIN { print 1 > \"new.txt\" }'", "perl -e 'unlink \"a.txt\"'", "python3 -c 'open(\"new.txt\", \"w\")'", "env rm a.txt", "command rm a.txt",
            "(rm a.txt)", "true && rm a.txt", "ls; rm a.txt", "rm a.txt &", "cat <(rm a.txt)", "tar -cf new.tar a.txt", "curl -o new.txt http://127.0.0.1:9/", "nohup rm a.txt"),
        ("actor", new { action = "run", agent = "general", prompt = "CHILD change it for me" }),
    ];

    [Fact]
    public async Task The_planning_agent_cannot_change_anything_in_any_of_more_than_forty_ways()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request =>
            request.Conversation.Any(said => said.Role is "user" && said.Text.Contains("CHILD", StringComparison.Ordinal))
                ? request.Conversation[^1].Role is "tool" ? Reply.Say("Status: failed\nSummary: It is not allowed.") : Reply.Call("write", new { filePath = "child.txt", content = "x" })
            : request.Conversation[^1].Role is "tool" ? Reply.Say("I could change nothing.")
            : new Reply { ToolCalls = [.. Ways.Select(way => ToolCall.Of(way.Tool, way.Arguments))] });
        Assert.True(Ways.Length >= 40, $"{Ways.Length} ways");
        var before = State(scene.Project.Root);

        await scene.RunAsync("run", "--agent", "plan", "--dangerously-skip-permissions", "change it");

        Assert.Equal(before, State(scene.Project.Root));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(scene.Project.Root)!, "beside.txt")));
        using var history = new History(scene.Database);
        var states = history.CallStates;
        Assert.Equal(Ways.Length + 1, states.Count);
        Assert.Equal(1, states.Count(state => state is "completed"));
    }

    [Fact]
    public async Task A_plan_waits_for_a_person_and_is_kept()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request =>
            request.Conversation[^1].Role is "tool" ? Reply.Say("Nobody answered.") : Reply.Call("plan_exit", new { title = "Say two", plan = "# Say two\n\n1. Edit a.txt" }));
        var seen = new Transcript(scene);

        Assert.Equal(3, (await seen.RunAsync("run", "--agent", "plan", "plan it")).Code);

        Assert.Single(Directory.EnumerateFiles(Path.Combine(scene.Home, "data/memory/sessions"), "plan.md", SearchOption.AllDirectories), file => File.ReadAllText(file) == "# Say two\n\n1. Edit a.txt\n");
        Golden.Check("agent-plan-waits.txt", seen.ToString());
    }

    [Fact]
    public async Task Agents_are_listed_made_used_and_kept_apart()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request =>
            Reply.Say(request.Conversation[0].Text.Contains("Count the lines", StringComparison.Ordinal) ? "One line." : "Hello."));
        var seen = new Transcript(scene);

        await seen.RunAsync("agent", "list");
        await seen.RunAsync("agent", "create", "counter", "--description", "Counts: \"lines\"", "--prompt", "Count the lines.", "--mode", "primary", "--tools", "read,grep", "--read-only");
        await seen.RunAsync("agent", "create", "counter", "--description", "Again");
        await seen.RunAsync("agent", "create", "No Name", "--description", "Again");
        await seen.RunAsync("agent", "list");
        await seen.RunAsync("run", "--agent", "counter", "how many?");
        await seen.RunAsync("run", "-c", "and now?");
        await seen.RunAsync("run", "-c", "--agent", "build", "hello");
        await seen.RunAsync("run", "-c", "--agent", "compose", "write a specification");
        await seen.RunAsync("run", "--agent", "compose", "write a specification");
        await seen.RunAsync("run", "-c", "--agent", "build", "build it");
        await seen.RunAsync("run", "--agent", "nobody", "hello");

        Assert.Equal(["read", "grep"], scene.Server.Prompts[0].ToolNames);
        Golden.Check("agents.txt", seen.ToString());
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_named_by_line_and_the_others_hold()
    {
        await using var scene = await Scene.OpenAsync(
            new TempProject(
                (".mimocode/agent/broken.md", "---\ndescription: x\nmode: [primary\n---\nHello."), (".mimocode/agent/odd.md", "---\ndescription: Odd\nmode: sometimes\n---\nHello."),
                (".mimocode/agent/good.md", "---\ndescription: Good\nmode: primary\n---\nYou are good."),
                (".mimocode/command/broken.md", "---\ndescription: x\nHello."), (".mimocode/command/good.md", "---\ndescription: Good\n---\nSay $1."),
                (".mimocode/skill/broken/SKILL.md", "---\nname: broken\n---\nHello."), (".mimocode/skill/good/SKILL.md", "---\nname: good\ndescription: Good\n---\nBe good.")).WithGit(),
            request => request.Conversation[^1].Role is "tool" ? Reply.Say("Loaded.") : Reply.Call("skill", new { name = "good" }));
        var seen = new Transcript(scene);

        await seen.RunAsync("config", "check");
        await seen.RunAsync("run", "--agent", "good", "--command", "good", "yes");
        await seen.RunAsync("run", "--command", "broken", "yes");
        await seen.RunAsync("run", "--command", "missing", "yes");

        var said = string.Join('\n', scene.Server.Prompts[1].Conversation.Skip(1).Select(said => $"{said.Role}: {said.Text}"));
        Golden.Check("files-that-cannot-be-read.txt", seen + said.Replace(scene.Project.Root, "PROJECT", StringComparison.Ordinal));
    }

    private static IEnumerable<(string, object)> Shell(params string[] lines) => lines.Select(line => ("bash", (object)new { command = line, description = "Changes it" }));

    /// <summary>Every file with its content, its kind and its mode, also those of git.</summary>
    private static string State(string root) => string.Join('\n', Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path =>
        $"{path} {File.GetAttributes(path)} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")} {(OperatingSystem.IsWindows() ? "" : File.GetUnixFileMode(path))}"));
}
