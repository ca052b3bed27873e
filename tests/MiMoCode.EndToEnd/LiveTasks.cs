using System.Diagnostics;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>A small task: the project, what is asked, how a script does it, and what is wrong with the outcome (null: nothing).</summary>
internal sealed record LiveTask(
    string Name, (string Path, string Text)[] Files, string Prompt, Reply[] Replies, Func<TempProject, string, string?> Judge)
{
    public Func<ReceivedRequest, Reply> Script => request => Replies[Math.Min(request.Number, Replies.Length) - 1];
}

/// <summary>The ten tasks.</summary>
internal static class LiveTasks
{
    public static IReadOnlyList<LiveTask> All { get; } =
    [
        new("answer a question about the code", [("sum.sh", "#!/bin/sh\necho $(($1 + $2))\n")],
            "What does sum.sh print when it is run with 2 and 40? Answer with the number alone.",
            [Reply.Call("read", new { filePath = "sum.sh" }), Reply.Say("42")], (_, said) => said.Contains("42", StringComparison.Ordinal) ? null : said),
        new("create a file", [("readme.md", "# Nothing\n")],
            "Create the file hello.txt with the single line: Hello, world.",
            [Reply.Call("write", new { filePath = "hello.txt", content = "Hello, world.\n" }), Reply.Say("Done.")], (project, _) => Is(project, "hello.txt", "Hello, world.")),
        new("change one word", [("config.ini", "[server]\nport = 80\nhost = localhost\n")],
            "Set the port in config.ini to 8080 and change nothing else.",
            [Reply.Call("edit", new { filePath = "config.ini", oldString = "port = 80", newString = "port = 8080" }), Reply.Say("Done.")],
            (project, _) => Is(project, "config.ini", "[server]\nport = 8080\nhost = localhost")),
        new("repair a failing test", [("sum.sh", "#!/bin/sh\necho $(($1 - $2))\n"), ("test.sh", "#!/bin/sh\n[ \"$(sh sum.sh 2 3)\" = 5 ] && echo ok || { echo \"2 + 3 is $(sh sum.sh 2 3)\"; exit 1; }\n")],
            "sh test.sh fails. Repair the program, not the test.",
            [Reply.Call("bash", new { command = "sh test.sh", description = "Runs the test" }), Reply.Call("read", new { filePath = "sum.sh" }),
                Reply.Call("edit", new { filePath = "sum.sh", oldString = "$1 - $2", newString = "$1 + $2" }), Reply.Say("Done.")],
            (project, _) => Runs(project, "sh test.sh", "ok")),
        new("rename a function everywhere", [("a.sh", "greet() { echo \"hello $1\"; }\n"), ("b.sh", ". ./a.sh\ngreet world\n"), ("c.sh", ". ./a.sh\ngreet moon\n")],
            "Rename the shell function greet to salute in all files, and keep everything working.",
            [Reply.Call("bash", new { command = "sed -i s/greet/salute/ a.sh b.sh c.sh", description = "Renames it" }), Reply.Say("Done.")],
            (project, _) => Runs(project, "sh b.sh; sh c.sh; grep -c greet a.sh b.sh c.sh", "hello world\nhello moon\na.sh:0\nb.sh:0\nc.sh:0")),
        new("find where something is", [("src/one.txt", "apples\n"), ("src/two.txt", "the walrus sleeps here\n"), ("src/deep/three.txt", "pears\n")],
            "Which file mentions a walrus? Answer with its path.",
            [Reply.Call("grep", new { pattern = "walrus" }), Reply.Say("src/two.txt")], (_, said) => said.Contains("two.txt", StringComparison.Ordinal) ? null : said),
        new("run a command and report", [("data.txt", "3\n1\n2\n")],
            "How many lines does data.txt have? Use wc, and answer with the number alone.",
            [Reply.Call("bash", new { command = "wc -l data.txt", description = "Counts lines" }), Reply.Say("3")], (_, said) => said.Contains('3', StringComparison.Ordinal) ? null : said),
        new("add a case to a program", [("shape.sh", "#!/bin/sh\ncase $1 in\n  square) echo $(($2 * $2)) ;;\n  *) echo unknown; exit 1 ;;\nesac\n")],
            "Add a shape rectangle to shape.sh: its area is the product of the second and the third argument. sh shape.sh rectangle 3 4 must print 12.",
            [Reply.Call("edit", new { filePath = "shape.sh", oldString = "  *) echo", newString = "  rectangle) echo $(($2 * $3)) ;;\n  *) echo" }), Reply.Say("Done.")],
            (project, _) => Runs(project, "sh shape.sh rectangle 3 4; sh shape.sh square 5", "12\n25")),
        new("write a program from scratch", [("readme.md", "# Words\n")],
            "Write count.sh, which prints how many words its standard input holds, as a bare number. printf 'a b c' | sh count.sh must print 3.",
            [Reply.Call("write", new { filePath = "count.sh", content = "#!/bin/sh\nset -- $(cat)\necho $#\n" }), Reply.Say("Done.")],
            (project, _) => Runs(project, "printf 'a b c' | sh count.sh", "3")),
        new("follow the rules of the project", [("AGENTS.md", "Every new shell script begins with the line `# owner: platform` after its first line.\n")],
            "Create ping.sh, a shell script that prints pong.",
            [Reply.Call("write", new { filePath = "ping.sh", content = "#!/bin/sh\n# owner: platform\necho pong\n" }), Reply.Say("Done.")],
            (project, _) => File.ReadLines(project["ping.sh"]).ElementAtOrDefault(1) is "# owner: platform" ? Runs(project, "sh ping.sh", "pong") : project.Read("ping.sh")),
    ];

    public static LiveTask Named(string name) => All.Single(task => task.Name == name);

    private static string? Is(TempProject project, string file, string text) =>
        !File.Exists(project[file]) ? $"there is no {file}" : project.Read(file).TrimEnd() == text ? null : project.Read(file);

    private static string? Runs(TempProject project, string command, string prints)
    {
        var start = new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = project.Root, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        return printed == prints ? null : $"{command} prints: {printed}";
    }
}
