using MiMoCode.Engine.Guard.Processes;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Guard.Processes;

public sealed class GitProcessTests : IAsyncDisposable
{
    private readonly ProcessRunner runner = ProcessRunnerTests.Runner();
    private readonly TempProject project = new TempProject(("a.txt", "one\n"), (".gitattributes", "*.txt filter=evil diff=evil merge=evil\n")).WithGit();

    [Theory]
    [InlineData("status --porcelain")]
    [InlineData("diff")]
    [InlineData("log -p -1")]
    [InlineData("show HEAD")]
    [InlineData("add --all")]
    [InlineData("stash list")]
    [InlineData("commit -m x --allow-empty")]
    [InlineData("checkout -f HEAD -- a.txt")]
    public async Task Runs_nothing_that_the_repository_names(string command)
    {
        var canary = project["canary"];
        var program = project.Write(".git/evil.sh", $"#!/bin/sh\n{Note(canary)}cat\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        foreach (var hook in new[] { "pre-commit", "post-index-change", "post-checkout", "prepare-commit-msg", "commit-msg", "post-commit" })
            File.SetUnixFileMode(project.Write($".git/hooks/{hook}", $"#!/bin/sh\n{Note(canary)}"), (UnixFileMode)0b111_101_101);
        project.Write(".git/included", $"[filter \"evil\"]\n\tclean = {program}\n\tsmudge = {program}\n\trequired = true\n");
        foreach (var (key, value) in new[]
        {
            ("core.fsmonitor", program), ("core.hooksPath", project[".git/hooks"]), ("diff.external", program), ("diff.evil.textconv", program),
            ("diff.evil.command", program), ("core.pager", program), ("core.editor", program), ("gpg.program", program), ("commit.gpgSign", "true"),
            ("log.showSignature", "true"), ("core.sshCommand", program), ("credential.helper", program), ("alias.status", $"!{program}"),
            ("merge.evil.driver", program), ("include.path", "included"), ("user.name", "x"), ("user.email", "x@y"),
        })
            project.Git("config", key, value);
        project.Write("a.txt", "two\n");

        var result = await new GitProcess(runner).RunAsync(project.Root, [.. command.Split(' ')], CancellationToken.None);
        Assert.True(result.Succeeded, result.Errors!.Text());
        Assert.False(File.Exists(canary), File.Exists(canary) ? $"a program of the repository ran: {await File.ReadAllTextAsync(canary)}" : "");
    }

    [Fact]
    public async Task Gives_the_text_or_nothing_when_git_fails()
    {
        var git = new GitProcess(runner);
        Assert.Equal("main", await git.TextAsync(project.Root, ["rev-parse", "--abbrev-ref", "HEAD"], CancellationToken.None));
        Assert.Null(await git.TextAsync(project.Home, ["rev-parse", "HEAD"], CancellationToken.None));
    }

    [Fact]
    public async Task Treats_a_bare_repository_in_a_folder_as_plain_files()
    {
        project.Git("init", "--quiet", "--bare", "hidden");
        Assert.Null(await new GitProcess(runner).TextAsync(project["hidden"], ["rev-parse", "--git-dir"], CancellationToken.None));
    }

    /// <summary>Shell code that writes down who was run, and by whom.</summary>
    private static string Note(string canary) => $"{{ echo \"$0 $*\"; tr '\\0' ' ' < /proc/$PPID/cmdline; }} >> '{canary}'\n";

    public async ValueTask DisposeAsync()
    {
        await runner.DisposeAsync();
        project.Dispose();
    }
}
