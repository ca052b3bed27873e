using System.Diagnostics;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Tools;

public sealed class ShellJournalTests : IAsyncLifetime
{
    private readonly TempProject project = new TempProject(("a.txt", "one\n"), ("sub/b.txt", "two\n"), (".gitignore", "ignored/\n"), ("ignored/x", "x\n")).WithGit();
    private Database database = null!;
    private EditJournalStore edits = null!;
    private ShellJournal journal = null!;

    public async Task InitializeAsync()
    {
        database = await Database.OpenAsync(Path.Combine(project.Home, "mimo.db"), TimeProvider.System, CancellationToken.None);
        edits = new EditJournalStore(database, new BlobStore(database));
        journal = JournalOf(new ShellJournalLimits());
    }

    public async Task DisposeAsync()
    {
        journal.Dispose();
        await database.DisposeAsync();
        project.Dispose();
    }

    [Fact]
    public async Task Enters_what_a_command_changed_made_and_deleted()
    {
        await RunAsync("printf 'one\\nmore\\n' > a.txt; rm sub/b.txt; mkdir new; echo hi > new/c.txt; chmod 600 .gitignore");
        Assert.Equal(
            [".gitignore: same, mode", "a.txt: one\\n -> one\\nmore\\n", "new/c.txt: none -> hi\\n", "sub/b.txt: two\\n -> none"], Entries());
    }

    [Fact]
    public async Task Enters_nothing_for_a_command_that_only_touched()
    {
        await RunAsync("touch a.txt; cat a.txt > /dev/null");
        Assert.Empty(Entries());
        Assert.Contains("call_1", edits.RecordedCalls("ses_1"));
    }

    [Fact]
    public async Task What_people_changed_between_two_commands_is_theirs()
    {
        await RunAsync("true");
        project.Write("a.txt", "mine\n");
        project.Write("own.txt", "mine\n");
        await RunAsync("echo two >> a.txt");
        Assert.Equal(["a.txt: mine\\n -> mine\\ntwo\\n"], Entries());
    }

    [Fact]
    public async Task Ignored_files_and_the_repository_itself_are_left_out()
    {
        await RunAsync("echo y > ignored/x; echo z > ignored/z; git commit --quiet --allow-empty -m x 2> /dev/null");
        Assert.Empty(Entries());
    }

    [Fact]
    public async Task A_file_that_was_there_is_not_taken_for_a_new_one_when_it_is_ignored_no_more()
    {
        await RunAsync("true");
        await RunAsync("echo > .gitignore");
        Assert.Equal([".gitignore: ignored/\\n -> \\n"], Entries());
    }

    [Fact]
    public async Task A_moved_file_is_gone_in_one_place_and_made_in_the_other()
    {
        await RunAsync("mv a.txt moved.txt");
        Assert.Equal(["a.txt: one\\n -> none", "moved.txt: none -> one\\n"], Entries());
    }

    [Fact]
    public async Task What_the_tools_wrote_meanwhile_is_not_entered_twice()
    {
        var context = Context();
        await journal.AroundAsync(context, async () =>
        {
            project.Write("a.txt", "by a tool\n");
            journal.Wrote(project["a.txt"]);
            await File.WriteAllTextAsync(project["sub/b.txt"], "by the command\n");
            return 0;
        });
        Assert.Equal(["sub/b.txt: two\\n -> by the command\\n"], Entries());
    }

    [Fact]
    public async Task Says_nothing_about_a_command_that_changed_a_file_too_large_to_keep()
    {
        journal.Dispose();
        journal = JournalOf(new ShellJournalLimits(File: 10));
        await RunAsync("echo this is more than ten bytes > a.txt");
        Assert.Empty(Entries());
        Assert.DoesNotContain("call_1", edits.RecordedCalls("ses_1"));
    }

    [Fact]
    public async Task Watches_no_tree_that_is_too_large_and_no_home()
    {
        journal.Dispose();
        journal = JournalOf(new ShellJournalLimits(Files: 2));
        await RunAsync("echo x > a.txt");
        Assert.Empty(Entries());
        journal.Dispose();
        journal = new ShellJournal(edits, project.Root, project.Root, Path.Combine(project.Home, "snapshot"), _ => { }, new ShellJournalLimits(), TimeProvider.System);
        await RunAsync("echo y > a.txt");
        Assert.Empty(Entries());
    }

    [Fact]
    public async Task Leaves_nothing_on_the_disk()
    {
        await RunAsync("echo x > a.txt");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(project.Home, "snapshot")));
    }

    /// <summary>Beside the command itself: looking before and after, and entering one file that changed.</summary>
    [Fact]
    [Trait("Category", "Nightly")]
    public async Task Costs_at_most_20_ms_in_a_repository_of_10000_files()
    {
        for (var i = 0; i < 10_000; i++)
            project.Write($"d{i / 40}/f{i}.txt", $"file {i}\n");
        await journal.AroundAsync(Context(), () => Task.FromResult(0));
        var times = new List<double>();
        for (var round = 0; round < 30; round++)
        {
            var (began, inside) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
            await journal.AroundAsync(Context(), async () =>
            {
                var start = Stopwatch.GetTimestamp();
                await File.WriteAllTextAsync(project["d7/f280.txt"], $"round {round}\n");
                inside = Stopwatch.GetElapsedTime(start);
                return 0;
            });
            times.Add((Stopwatch.GetElapsedTime(began) - inside).TotalMilliseconds);
        }

        var median = times.Order().ElementAt(times.Count / 2);
        Console.WriteLine($"a watched command costs {median:0.0} ms (median of {times.Count})");
        Assert.True(median <= 20, string.Join(' ', times.Select(time => $"{time:0.0}")));
    }

    private ShellJournal JournalOf(ShellJournalLimits limits) =>
        new(edits, project.Root, project.Home, Path.Combine(project.Home, "snapshot"), _ => { }, limits, TimeProvider.System);

    private Task<int> RunAsync(string command) => journal.AroundAsync(Context(), async () =>
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = project.Root };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    });

    private ToolContext Context()
    {
        var now = DateTimeOffset.UtcNow;
        var info = new SessionInfo
        {
            Id = "ses_1", Slug = "s", ProjectId = "p", Directory = project.Root, Title = "t", Version = "0", Time = new SessionTime(now, now),
        };
        var call = new ToolPart("call_1", "bash", new ToolPending(EmptyJson.Object)) { Id = "prt_1", MessageId = "msg_1", SessionId = "ses_1" };
        return new ToolContext(new Session(info, "ses_1", project.Root), call, _ => { });
    }

    private IEnumerable<string> Entries()
    {
        var blobs = new BlobStore(database);
        return edits.OfRoot("ses_1").OrderBy(edit => edit.Path, StringComparer.Ordinal).Select(edit =>
        {
            Assert.Equal(EditState.Done, edit.State);
            var name = Path.GetRelativePath(project.Root, edit.Path);
            return edit.BeforeHash == edit.AfterHash ? $"{name}: same{(edit.BeforeMode == edit.AfterMode ? "" : ", mode")}" : $"{name}: {Text(edit.BeforeHash)} -> {Text(edit.AfterHash)}";
        });

        string Text(string? hash) => hash is null ? "none" : Encoding.UTF8.GetString(blobs.Get(hash)!).Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
