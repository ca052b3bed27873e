using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.EndToEnd.Harm.HarmCases;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>Taking back what the agent did, and nothing else.</summary>
internal static class UndoHarm
{
    public static IEnumerable<Case> Cases =>
    [
        new("41", "undo of edits, a new file, a deletion and a shell command", "the tree is as before; redo brings all back", EverythingAsync),
        new("41", "undo after a person changed the same file elsewhere", "the agent's lines go, the person's stay", MergedAsync),
        new("41", "undo after a person changed the same lines", "refused for that file and said; the rest goes back", ConflictAsync),
        new("41", "undo with files that a person made", "none is deleted, also not in a folder the agent made", UserMadeAsync),
        new("41", "undo with ignored and untracked files", "they stay as they are", IgnoredAsync),
        new("41", "undo from a subfolder", "the same as from the top", SubfolderAsync),
        new("41", "undo without git", "works; what a shell command did too", WithoutGitAsync),
        new("41", "undo of a turn without edits", "the tree does not change", NoEditsAsync),
        new("41", "undo while a second program has opened the project", "both end well, the tree is as before", TwoInstancesAsync),
        new("41", "kill -9 in the middle of an undo", "the next start ends it; the tree is as before", KilledAsync),
        new("41", "kill -9 while a shell command changes files, then undo", "what is known goes back, and the command is named as one that may have done more", KilledCommandAsync),
        new("41", "undo of a shell command in a repository with modified, staged and untracked files", "the tree is as before, the index too", DirtyAsync),
        new("42", "the project is the home folder", "shell commands are not watched, and undo says so", HomeAsync),
        new("5", "what undo does to git", "HEAD, index and stash are the user's own and stay", GitStaysAsync),
    ];

    private static TempProject Project() => new TempProject(("a.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"), ("b.txt", "bee\n"), ("sub/c.txt", "sea\n"), (".gitignore", "ignored/\n"), ("ignored/x", "x\n"));

    private static async Task<(Scene Scene, string Before, string After)> WorkedAsync(TempProject project, params Reply[] replies)
    {
        var before = HashOf(project);
        var scene = await Scene.OpenAsync(project, [.. replies, Done]);
        var (exit, told) = await RunAsync(scene, "--dangerously-skip-permissions");
        Assert.True(exit.Code == 0, exit.Errors + string.Join('\n', told));
        return (scene, before, HashOf(project));
    }

    private static Reply[] AllKinds =>
    [
        Read("a.txt"), Edit("a.txt", "two", "2"), Write("new/d.txt", "dee\n"),
        Reply.Call("apply_patch", new { patchText = "*** Begin Patch\n*** Add File: e.txt\n+ee\n*** End Patch" }),
        Bash("sed -i s/sea/ocean/ sub/c.txt && mkdir -p made && touch made/f.txt && mv b.txt moved.txt"),
    ];

    private static async Task<string> EverythingAsync()
    {
        var (scene, before, after) = await WorkedAsync(Project().WithGit(), AllKinds);
        await using var _ = scene;
        Assert.Equal("ocean\n", scene.Project.Read("sub/c.txt"));
        var undone = await scene.RunAsync("undo");
        Assert.True(before == HashOf(scene.Project), undone.Output + undone.Errors);
        var redone = await scene.RunAsync("redo");
        Assert.True(after == HashOf(scene.Project), redone.Output + redone.Errors);
        return $"tree {before} became {after}, then {before}, then {after}";
    }

    private static async Task<string> MergedAsync()
    {
        var (scene, _, _) = await WorkedAsync(Project().WithGit(), Read("a.txt"), Edit("a.txt", "two", "2"));
        await using var _ = scene;
        scene.Project.Write("a.txt", scene.Project.Read("a.txt").Replace("seven", "mine", StringComparison.Ordinal));
        await scene.RunAsync("undo");
        Assert.Equal("one\ntwo\nthree\nfour\nfive\nsix\nmine\n", scene.Project.Read("a.txt"));
        return "\"2\" is \"two\" again, \"mine\" stays";
    }

    private static async Task<string> ConflictAsync()
    {
        var (scene, _, _) = await WorkedAsync(Project().WithGit(), Read("a.txt"), Edit("a.txt", "two", "2"), Write("n.txt", "n\n"), Bash("echo more >> b.txt"));
        await using var _ = scene;
        scene.Project.Write("a.txt", scene.Project.Read("a.txt").Replace("2", "mine", StringComparison.Ordinal));
        var mine = scene.Project.Read("a.txt");
        var exit = await scene.RunAsync("undo");
        Assert.Equal((mine, "bee\n", false), (scene.Project.Read("a.txt"), scene.Project.Read("b.txt"), File.Exists(scene.Project["n.txt"])));
        return $"{Cell((exit.Output + exit.Errors).Split('\n').First(line => line.Contains("a.txt", StringComparison.Ordinal)), scene)}; code {exit.Code}";
    }

    private static async Task<string> UserMadeAsync()
    {
        var (scene, before, _) = await WorkedAsync(Project().WithGit(), Write("new/d.txt", "dee\n"), Bash("mkdir -p out && echo o > out/o.txt"));
        await using var _ = scene;
        scene.Project.Write("new/mine.txt", "mine\n");
        scene.Project.Write("out/mine.txt", "mine\n");
        await scene.RunAsync("undo");
        Assert.Equal(("mine\n", "mine\n"), (scene.Project.Read("new/mine.txt"), scene.Project.Read("out/mine.txt")));
        File.Delete(scene.Project["new/mine.txt"]);
        File.Delete(scene.Project["out/mine.txt"]);
        Assert.Equal(before, HashOf(scene.Project));
        return "both stay; everything else is as before";
    }

    private static async Task<string> IgnoredAsync()
    {
        var project = Project().WithGit();
        project.Write("untracked.txt", "u\n");
        var (scene, before, _) = await WorkedAsync(project, Read("a.txt"), Edit("a.txt", "two", "2"), Bash("echo y > made.txt"));
        await using var _ = scene;
        await scene.RunAsync("undo");
        Assert.Equal(before, HashOf(project));
        return $"tree {before} again, ignored and untracked files in it";
    }

    private static async Task<string> SubfolderAsync()
    {
        var project = Project().WithGit();
        var before = HashOf(project);
        await using var scene = await Scene.OpenAsync(project, Write("d.txt", "dee\n"), Bash("echo more >> c.txt; echo top >> ../b.txt"), Done);
        var exit = await scene.RunAsync("run", "--dangerously-skip-permissions", "--dir", project["sub"], "do it");
        Assert.Equal("dee\n", project.Read("sub/d.txt"));
        var undone = await scene.RunAsync("undo", "--dir", project["sub"]);
        Assert.True(before == HashOf(project), exit.Errors + undone.Output + undone.Errors);
        return $"tree {before} again";
    }

    private static async Task<string> WithoutGitAsync()
    {
        var (scene, before, after) = await WorkedAsync(Project(), AllKinds);
        await using var _ = scene;
        await scene.RunAsync("undo");
        Assert.Equal(before, HashOf(scene.Project));
        return $"tree {before} became {after}, then {before}";
    }

    private static async Task<string> NoEditsAsync()
    {
        var (scene, before, _) = await WorkedAsync(Project().WithGit(), Read("a.txt"), Bash("ls"));
        await using var _ = scene;
        scene.Project.Write("mine.txt", "mine\n");
        var changed = HashOf(scene.Project);
        var exit = await scene.RunAsync("undo");
        Assert.Equal(changed, HashOf(scene.Project));
        return $"nothing changed; code {exit.Code}";
    }

    private static async Task<string> TwoInstancesAsync()
    {
        var (scene, before, _) = await WorkedAsync(Project().WithGit(), AllKinds);
        await using var _ = scene;
        var both = await Task.WhenAll(scene.RunAsync("undo"), scene.RunAsync("undo"));
        Assert.Contains(both, exit => exit.Code == 0);
        Assert.Equal(before, HashOf(scene.Project));
        return $"codes {string.Join(" and ", both.Select(exit => exit.Code).Order())}; tree {before} again";
    }

    private static async Task<string> KilledAsync()
    {
        var (scene, before, _) = await WorkedAsync(Project().WithGit(), [.. AllKinds, Bash("for i in 1 2 3 4 5 6 7 8 9; do echo $i > many$i.txt; done")]);
        await using var _ = scene;
        var rounds = 0;
        for (var delay = 40; delay <= 240; delay += 40, rounds++)
        {
            await using var process = scene.Start(["undo"]);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(delay));
            await timer.WaitForNextTickAsync(CancellationToken.None);
            if (!process.HasEnded) { await process.KillAsync(); }
            await scene.RunAsync("session", "list");
            if (HashOf(scene.Project) == before) { break; }
        }

        if (HashOf(scene.Project) != before) { await scene.RunAsync("undo"); }
        Assert.Equal(before, HashOf(scene.Project));
        return "killed at several moments; in the end the tree is as before";
    }

    private static async Task<string> KilledCommandAsync()
    {
        await using var scene = await Scene.OpenAsync(Project().WithGit(), Write("d.txt", "dee\n"), Bash("echo more >> b.txt; touch began; sleep 300"), Done);
        await using (var process = scene.Start(["run", "--dangerously-skip-permissions", "do it"]))
        {
            await Until.TrueAsync(() => File.Exists(scene.Project["began"]), "the command to change something");
            await process.KillAsync();
        }

        var exit = await scene.RunAsync("undo");
        Assert.Equal((false, "bee\nmore\n"), (File.Exists(scene.Project["d.txt"]), scene.Project.Read("b.txt")));
        return Cell((exit.Output + exit.Errors).Split('\n').First(line => line.Contains("echo more", StringComparison.Ordinal)), scene);
    }

    private static async Task<string> DirtyAsync()
    {
        var project = Project().WithGit();
        project.Write("a.txt", "staged\n");
        project.Git("add", "a.txt");
        project.Write("b.txt", "modified\n");
        project.Write("untracked.txt", "u\n");
        var index = project.Git("ls-files", "-s");
        var (scene, before, after) = await WorkedAsync(project, Bash("for f in a.txt b.txt sub/c.txt untracked.txt; do echo more >> $f; done; mv sub/c.txt sub/e.txt"), Bash("chmod 755 a.txt"));
        await using var _ = scene;
        var exit = await scene.RunAsync("undo");
        Assert.True(before == HashOf(project), exit.Output + exit.Errors);
        Assert.Equal(index, project.Git("ls-files", "-s"));
        return $"tree {before} became {after}, then {before}; the index is the same";
    }

    private static async Task<string> HomeAsync()
    {
        var project = new TempProject(("a.txt", "one\n"));
        await using var scene = await Scene.OpenAsync(project, Bash("echo two >> a.txt"), Done);
        scene.Environment["HOME"] = project.Root;
        await RunAsync(scene, "--dangerously-skip-permissions");
        var exit = await scene.RunAsync("undo");
        Assert.Equal("one\ntwo\n", project.Read("a.txt"));
        return Cell((exit.Output + exit.Errors).Split('\n').First(line => line.Contains("hell", StringComparison.Ordinal)), scene);
    }

    private static async Task<string> GitStaysAsync()
    {
        var project = Project().WithGit();
        project.Write("b.txt", "staged\n");
        project.Git("add", "b.txt");
        project.Write("b.txt", "staged and more\n");
        string State() => project.Git("rev-parse", "HEAD") + project.Git("diff", "--cached") + project.Git("stash", "list") + project.Git("for-each-ref") + project.Git("ls-files", "-s");
        var state = State();
        var (scene, before, _) = await WorkedAsync(project, AllKinds[..4]);
        await using var _ = scene;
        await scene.RunAsync("undo");
        Assert.Equal((state, before), (State(), HashOf(project)));
        return "HEAD, index, refs and stash byte for byte";
    }
}
