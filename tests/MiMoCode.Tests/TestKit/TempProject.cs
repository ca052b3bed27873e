using System.Diagnostics;

namespace MiMoCode.TestKit;

/// <summary>A folder with files that goes away with the test, beside a home of its own, so that no person's settings are read or written.</summary>
internal sealed class TempProject : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("mimo-test-").FullName;

    /// <summary>Makes the folder and writes files: path and text.</summary>
    public TempProject(params (string Path, string Text)[] files)
    {
        Root = Directory.CreateDirectory(Path.Combine(_top, "project")).FullName;
        Home = Directory.CreateDirectory(Path.Combine(_top, "home")).FullName;
        foreach (var (path, text) in files) { Write(path, text); }
    }

    /// <summary>The project's folder, absolute.</summary>
    public string Root { get; }

    /// <summary>The home folder that belongs to this project.</summary>
    public string Home { get; }

    /// <summary>The absolute path of a file in the project.</summary>
    public string this[string path] => Path.Combine(Root, path);

    /// <summary>Writes text without a byte order mark; folders are made.</summary>
    public string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
        return this[path];
    }

    /// <summary>Writes bytes as they are; folders are made.</summary>
    public string Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllBytes(this[path], bytes);
        return this[path];
    }

    /// <summary>The text of a file.</summary>
    public string Read(string path) => File.ReadAllText(this[path]);

    /// <summary>Makes it a git repository with everything in one commit.</summary>
    public TempProject WithGit()
    {
        Git("init", "--quiet", "--initial-branch=main");
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--message=start");
        return this;
    }

    /// <summary>Runs git in the project, with nobody's configuration, and returns what it printed.</summary>
    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = Home;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_AUTHOR_NAME"] = start.Environment["GIT_COMMITTER_NAME"] = "Test";
        start.Environment["GIT_AUTHOR_EMAIL"] = start.Environment["GIT_COMMITTER_EMAIL"] = "test@example.invalid";
        foreach (var name in start.Environment.Keys.Where(key => key is "GIT_DIR" or "GIT_WORK_TREE" or "GIT_INDEX_FILE").ToList()) { start.Environment.Remove(name); }
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
    }

    /// <summary>Removes all of it, also what was made unwritable.</summary>
    public void Dispose()
    {
        Open(_top);
        Directory.Delete(_top, recursive: true);
    }

    // A test may have closed a folder. What lies behind a link belongs to the machine and not to the test.
    private static void Open(string folder)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var below in new DirectoryInfo(folder).EnumerateDirectories("*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if (below.LinkTarget is null)
                Open(below.FullName);
        }
    }
}
