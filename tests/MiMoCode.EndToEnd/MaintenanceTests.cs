using System.Text.RegularExpressions;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Memory that is put in order, skills that are found, prompts that come again, and names: from outside.</summary>
public sealed class MaintenanceTests
{
    private static readonly string[] Releases = ["release version 1.2.3", "please release the version 1.3.0", "release version 2.0.0 now", "Release version 2.1.0"];

    [Fact]
    public async Task Dreaming_keeps_merges_and_marks_and_can_be_taken_back()
    {
        var project = new TempProject(("src/old.cs", "class Scanner { }\n"), ("src/kept.cs", "class Kept { }\n"), ("Makefile", "check:\n\ttrue\n")).WithGit();
        project.Git("rm", "--quiet", "src/old.cs");
        project.Git("commit", "--quiet", "--message=remove");
        var answers = new Queue<string>(["- [7] overruled by [8]\n- [11] same as [3]\n- [14] + [10]: Never create src/old.cs again; `Kept` holds the settings", "NOTHING"]);
        await using var scene = await Scene.OpenAsync(project, request => Reply.Say(request.ToolNames.Count > 0 ? "Noted." : answers.Dequeue()));
        var seen = new Transcript(scene);
        await scene.RunAsync("run", "hello");
        await scene.RunAsync("memory", "add", "To be written over.");
        var memory = Directory.EnumerateFiles(scene.Home, "MEMORY.md", SearchOption.AllDirectories).Single(path => File.ReadAllText(path).Contains("written over", StringComparison.Ordinal));
        string[] before =
        [
            "# Project memory", "", "- Use tabs, never spaces.", Own("Use tabs, never spaces.", 1), Own("The build is slow on Mondays", 2), Own("the build is slow on Mondays", 3),
            Own("The port is 8080", 4), Own("The port is 9090", 5), Own("The scanner lives in src/old.cs", 6), Own("`Kept` holds the settings", 7), Own("`Scanner` reads the file", 8),
            Own("`make check` runs the tests", 9), Own("`make lint` checks the style", 10), Own("Never create src/old.cs again", 11), "",
        ];
        await File.WriteAllTextAsync(memory, string.Join('\n', before));

        await seen.RunAsync("run", "-c", "--command", "dream");
        await seen.RunAsync("memory", "show", "project");
        await seen.RunAsync("run", "-c", "--command", "dream");
        await seen.RunAsync("memory", "restore", "project");
        await seen.RunAsync("memory", "restore", "project");

        Golden.Check("dream.txt", Dates(seen.AddRequests().ToString()));
    }

    [Fact]
    public async Task Distilling_finds_the_one_workflow_and_nothing_is_active_before_it_is_accepted()
    {
        await using var scene = await Scene.OpenAsync(
            new TempProject(("check.sh", "exit 0\n"), ("bump.sh", "echo $1\n"), ("other.sh", "exit 0\n")).WithGit(), Work);
        foreach (var prompt in (string[])[.. Releases, "why is it slow?", "rename the option"])
            Assert.Equal(0, (await scene.RunAsync("run", prompt)).Code);
        var seen = new Transcript(scene);

        await seen.RunAsync("run", "-c", "--command", "distill");
        Assert.False(Directory.Exists(scene.Project[".mimocode"]));
        await seen.RunAsync("memory", "review");
        await seen.RunAsync("memory", "review", "accept", "none");
        await seen.RunAsync("memory", "review", "accept", "release-version");
        Assert.True(File.Exists(scene.Project[".mimocode/skills/release-version/SKILL.md"]));
        await seen.RunAsync("memory", "review");
        await seen.RunAsync("run", "-c", "--command", "distill");

        Golden.Check("distill.txt", Dates(seen.ToString()));
    }

    [Fact]
    public async Task A_loop_is_set_and_taken_back_by_command()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), _ => Reply.Say("Looked."));
        var seen = new Transcript(scene);

        await seen.RunAsync("run", "look at the build");
        await seen.RunAsync("run", "-c", "--command", "loop", "10m look at the build");
        await seen.RunAsync("run", "-c", "--command", "loop");
        await seen.RunAsync("run", "-c", "--command", "loop", "sometimes look");
        await seen.RunAsync("run", "-c", "--command", "loop", "stop");
        await seen.RunAsync("run", "-c", "--command", "loop");

        Golden.Check("loop.txt", Dates(seen.ToString()));
    }

    [Fact]
    public async Task A_session_is_named_after_its_first_answer_has_begun()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request => Reply.Say(request.ToolNames.Count is 0 ? "\"Greeting a **person**\"\n" : "Hello."));
        scene.Settings["small_model"] = "test/scripted";
        var seen = new Transcript(scene);

        await seen.RunAsync("run", "hello there, how are you today?");
        await seen.RunAsync("run", "-c", "and now?");
        await seen.RunAsync("session", "list", "--format", "json");

        Assert.Contains("Greeting a person", seen.ToString().Replace("*", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Golden.Check("title.txt", Dates(new Transcript(scene).AddRequests().ToString()));
    }

    private static string Own(string text, int seq) => $"- {text} (2026-01-0{1 + (seq % 9)} 10:00 #{seq}, ses_a{seq}, not verified)";

    private static string Dates(string text) => Regex.Replace(Regex.Replace(text, "(projects|proposals)/[0-9a-f]+", "$1/ID"), @"\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?\b|\b\d\d:\d\d\b", "DATE");

    private static Reply Work(ReceivedRequest request)
    {
        var asked = request.Conversation.First(said => said.Role is "user").Text;
        var done = request.Conversation.Count(said => said.Role is "tool");
        var version = new string([.. asked.SkipWhile(letter => !char.IsDigit(letter)).TakeWhile(letter => char.IsDigit(letter) || letter is '.')]);
        string[] steps = version.Length > 0 ? ["sh check.sh", $"sh bump.sh {version}", $"git tag v{version}"] : ["sh check.sh", "sh other.sh"];
        return done < steps.Length ? Reply.Call("bash", new { command = steps[done], description = "Works" }) : Reply.Say("Done.");
    }
}
