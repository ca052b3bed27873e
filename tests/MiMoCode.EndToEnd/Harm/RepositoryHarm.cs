using MiMoCode.TestKit;
using static MiMoCode.EndToEnd.Harm.HarmCases;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>Repositories that want to run something as soon as somebody looks at them.</summary>
internal static class RepositoryHarm
{
    public static IEnumerable<Case> Cases =>
    [
        .. Traps.Select(trap => new Case(trap.Number, $"a repository with {trap.Name}", "nothing of it ever runs when the program itself calls git", () => LookAsync(trap.Plant))),
        new("13", "a bare repository hidden in the folder", "its configuration runs nothing; plain files", () => LookAsync(BareRepository)),
        new("19", "a .git file that leads to a hostile folder", "its configuration runs nothing", () => LookAsync(HostileGitFile)),
    ];

    private static IEnumerable<(string Number, string Name, Action<TempProject, string> Plant)> Traps =>
    [
        ("11", "core.fsmonitor", (project, canary) => project.Git("config", "core.fsmonitor", canary)),
        ("12", "a clean and a smudge filter", (project, canary) =>
        {
            project.Git("config", "filter.x.clean", canary);
            project.Git("config", "filter.x.smudge", canary);
            project.Git("config", "filter.x.process", canary);
            project.Write(".gitattributes", "* filter=x diff=x merge=x\n");
        }),
        ("12", "diff drivers and textconv", (project, canary) =>
        {
            project.Git("config", "diff.external", canary);
            project.Git("config", "diff.x.textconv", canary);
            project.Git("config", "diff.x.command", canary);
            project.Write(".gitattributes", "* diff=x\n");
        }),
        ("12", "hooks, pager, editor, gpg, ssh and a credential helper", (project, canary) =>
        {
            foreach (var key in (string[])["core.pager", "core.editor", "core.sshCommand", "gpg.program", "credential.helper", "core.askPass", "alias.status"])
            {
                project.Git("config", key, key.StartsWith("alias", StringComparison.Ordinal) ? "!" + canary : canary);
            }

            foreach (var hook in (string[])["post-index-change", "pre-commit", "post-checkout", "reference-transaction"])
            {
                File.Copy(canary, project[$".git/hooks/{hook}"]);
            }
        }),
        ("12", "an included configuration", (project, canary) =>
        {
            project.Write("evil.config", $"[core]\n\tfsmonitor = {canary}\n");
            project.Git("config", "include.path", project["evil.config"]);
        }),
    ];

    /// <summary>A run with an edit and a command, then everything else that looks at the repository.</summary>
    private static async Task<string> LookAsync(Action<TempProject, string> plant)
    {
        var project = new TempProject(("a.txt", "one\n"), ("sub/b.txt", "two\n")).WithGit();
        var (canary, trace) = (Path.Combine(project.Home, "canary.sh"), Path.Combine(project.Home, "canary-ran"));
        File.WriteAllText(canary, $"#!/bin/sh\ntouch {trace}\ncat\n");
        File.SetUnixFileMode(canary, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        plant(project, canary);
        File.Delete(trace);
        await using var scene = await Scene.OpenAsync(project, Read("a.txt"), Edit("a.txt", "one", "1"), Bash("touch made.txt"), Done);
        var (exit, _) = await RunAsync(scene);
        Assert.Equal(0, exit.Code);
        var looks = 0;
        foreach (var arguments in (string[][])[["diff"], ["session", "list"], ["undo", "--preview"], ["undo"], ["redo"], ["permission", "check", "ls"], ["config", "check"], ["stats"]])
        {
            await scene.RunAsync(arguments);
            looks++;
            Assert.False(File.Exists(trace), $"{string.Join(' ', arguments)} ran the canary");
        }

        return $"a run with an edit and a command, and {looks} other commands: it never ran";
    }

    private static void BareRepository(TempProject project, string canary)
    {
        project.Git("init", "--quiet", "--bare", "sub/hidden");
        File.AppendAllText(project["sub/hidden/config"], $"[core]\n\tfsmonitor = {canary}\n");
    }

    private static void HostileGitFile(TempProject project, string canary)
    {
        Directory.Move(project[".git"], project["evil"]);
        File.AppendAllText(project["evil/config"], $"[core]\n\tfsmonitor = {canary}\n\tworktree = ..\n");
        File.WriteAllText(project[".git"], "gitdir: evil\n");
    }
}
