using MiMoCode.Engine.Tools.Files;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Tools;

public sealed class TreeWatchTests : IDisposable
{
    private readonly TempProject project = new(("a.txt", "one\n"), ("sub/b.txt", "two\n"), ("sub/deep/c.txt", "three\n"), (".gitignore", "ignored/\n*.log\n"), ("ignored/x", "x\n"));
    private readonly TreeWatch tree;

    public TreeWatchTests()
    {
        tree = new TreeWatch(project.Root, 1_000);
        Assert.Equal([".gitignore", "a.txt", "sub/b.txt", "sub/deep/c.txt"], Changes());
        Assert.True(tree.IsTold);
    }

    public void Dispose()
    {
        tree.Dispose();
        project.Dispose();
    }

    [Fact]
    public void Tells_nothing_when_nothing_happened() => Assert.Empty(Changes());

    [Fact]
    public void Tells_each_kind_of_change_once()
    {
        project.Write("a.txt", "other\n");
        project.Write("new.txt", "new\n");
        File.Delete(project["sub/b.txt"]);
        File.SetUnixFileMode(project["sub/deep/c.txt"], UnixFileMode.UserRead);
        Assert.Equal(["a.txt", "new.txt", "sub/b.txt", "sub/deep/c.txt"], Changes());
        Assert.Empty(Changes());
    }

    [Fact]
    public void Follows_folders_that_are_made_moved_and_made_again()
    {
        project.Write("made/deep/d.txt", "d\n");
        Directory.Move(project["sub"], project["other"]);
        project.Write("sub/b.txt", "again\n");
        Assert.Equal(["made/deep/d.txt", "other/b.txt", "other/deep/c.txt", "sub/b.txt", "sub/deep/c.txt"], Changes());
        project.Write("made/deep/d.txt", "dd\n");
        project.Write("other/deep/c.txt", "cc\n");
        project.Write("sub/b.txt", "bb\n");
        Assert.Equal(["made/deep/d.txt", "other/deep/c.txt", "sub/b.txt"], Changes());
        Directory.Delete(project["other"], recursive: true);
        Assert.Equal(["other/b.txt", "other/deep/c.txt"], Changes());
    }

    [Fact]
    public void Leaves_out_what_is_ignored_and_links()
    {
        project.Write("ignored/y", "y\n");
        project.Write("a.log", "log\n");
        File.CreateSymbolicLink(project["link"], project["a.txt"]);
        Directory.CreateSymbolicLink(project["folder"], project.Home);
        File.WriteAllText(Path.Combine(project.Home, "h.txt"), "h\n");
        Assert.Empty(Changes());
    }

    [Fact]
    public void Sees_new_rules_of_what_is_ignored()
    {
        project.Write(".gitignore", "*.log\nsub/\n");
        project.Write("sub/b.txt", "changed and from now on ignored\n");
        Assert.Equal([".gitignore", "ignored/x"], Changes());
        project.Write("ignored/x", "xx\n");
        project.Write("sub/b.txt", "nobody looks\n");
        Assert.Equal(["ignored/x"], Changes());
    }

    [Fact]
    public void Sees_what_changed_through_another_name()
    {
        Run("ln", project["a.txt"], project["sub/a2.txt"]);
        Assert.Equal(["a.txt", "sub/a2.txt"], Changes());
        File.AppendAllText(project["sub/a2.txt"], "more\n");
        Assert.Equal(["a.txt", "sub/a2.txt"], Changes());
    }

    [Fact]
    public void Looks_at_everything_when_the_kernel_lost_notes()
    {
        // More than fs.inotify.max_queued_events, in turns, so that none is merged with the one before.
        var limit = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_queued_events"), System.Globalization.CultureInfo.InvariantCulture);
        using (var a = File.OpenWrite(project["a.txt"]))
        using (var b = File.OpenWrite(project["sub/b.txt"]))
        {
            for (var i = 0; i <= limit / 2; i++)
            {
                a.WriteByte((byte)'a');
                a.Flush();
                b.WriteByte((byte)'b');
                b.Flush();
            }
        }

        project.Write("late/d.txt", "d\n");
        Assert.Equal(["a.txt", "late/d.txt", "sub/b.txt"], Changes());
        project.Write("late/d.txt", "dd\n");
        Assert.Equal(["late/d.txt"], Changes());
    }

    [Fact]
    public void Sees_a_root_that_was_made_anew()
    {
        Directory.Delete(project.Root, recursive: true);
        project.Write("a.txt", "new\n");
        Assert.Equal([".gitignore", "a.txt", "sub/b.txt", "sub/deep/c.txt"], Changes());
        project.Write("a.txt", "newer\n");
        Assert.Equal(["a.txt"], Changes());
    }

    /// <summary>Whatever is done at random, what it tells is what somebody sees who looks at everything each time.</summary>
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 40)]
    [InlineData(3, 40)]
    public void Knows_what_a_whole_look_would_find(int seed, int rounds)
    {
        var random = new Random(seed);
        var before = Seen();
        for (var round = 0; round < rounds; round++)
        {
            for (var deed = random.Next(1, 8); deed > 0; deed--)
                Act(random);
            var now = Seen();
            // What is ignored from now on and still there is nobody's business.
            var different = now.Keys.Union(before.Keys).Where(path => State(now, path) != State(before, path) && (now.ContainsKey(path) || !File.Exists(project[path])));
            var told = Changes();
            Assert.Empty(different.Except(told));
            Assert.Equal(now.Keys.Order(StringComparer.Ordinal), now.Keys.Where(path => tree[project[path]] is not null).Order(StringComparer.Ordinal));
            before = now;
        }
    }

    /// <summary>A second name alone, somewhere that nobody watches, is no other state.</summary>
    private static FileStamp? State(Dictionary<string, FileStamp> seen, string path) =>
        seen.TryGetValue(path, out var stamp) ? stamp with { Changed = default, IsShared = false } : null;

    /// <summary>What is there by a look at everything: the stamps of all files.</summary>
    private Dictionary<string, FileStamp> Seen()
    {
        using var fresh = new TreeWatch(project.Root, 1_000);
        return fresh.Refresh(1, CancellationToken.None).ToDictionary(path => Path.GetRelativePath(project.Root, path), path => fresh[path]!.Value);
    }

    private void Act(Random random)
    {
        string[] folders = ["", "sub/", "sub/deep/", "p/", "p/q/", "p/q/r/", "ignored/", "sub/ignored/"];
        string Name() => folders[random.Next(folders.Length)] + (char)('a' + random.Next(4)) + (random.Next(6) == 0 ? ".log" : "");
        string Folder() => folders[random.Next(1, folders.Length)].TrimEnd('/');
        var (path, other) = (project[Name()], project[Name()]);
        try
        {
            switch (random.Next(12))
            {
                case 0: File.Delete(path); break;
                case 1: File.Move(path, other, overwrite: true); break;
                case 2: Directory.Move(project[Folder()], project[Folder()] + (random.Next(2) == 0 ? "" : "2")); break;
                case 3: Directory.Delete(project[Folder()], recursive: true); break;
                case 4: File.SetUnixFileMode(path, (UnixFileMode)(0x180 | random.Next(8))); break;
                case 5 when !other.Contains("ignored", StringComparison.Ordinal) && !other.EndsWith(".log", StringComparison.Ordinal): Run("ln", path, other); break;
                case 6: File.CreateSymbolicLink(path, other); break;
                case 7 when random.Next(4) == 0: project.Write(Folder() + "/.gitignore", random.Next(2) == 0 ? "b\n" : "*.log\nq/\n"); break;
                case 8: Directory.CreateDirectory(path); break;
                default:
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.AppendAllText(path, "x");
                    break;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not everything can be done at any time.
        }
    }

    private static void Run(params string[] command)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        process.WaitForExit();
    }

    private IEnumerable<string> Changes() =>
        [.. tree.Refresh(2, CancellationToken.None).Select(path => Path.GetRelativePath(project.Root, path)).Order(StringComparer.Ordinal)];
}
