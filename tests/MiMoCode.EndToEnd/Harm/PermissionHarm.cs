using Microsoft.Data.Sqlite;
using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.EndToEnd.Harm.HarmCases;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>Commands and rules: what is asked, what is denied, and that nothing gets past it.</summary>
internal static class PermissionHarm
{
    private const string Secret = "secret-canary-8812";

    public static IEnumerable<Case> Cases =>
    [
        .. CommandCases.Read().GroupBy(each => (each.Number, each.Topic)).Select(group => new Case(
            group.Key.Number, $"{group.Count()} command lines: {group.Key.Topic}", "mimo permission check says what the list says", () => CheckAsync([.. group]))),
        new("50", "51 commands, a line of 1 MB, 100 levels, and what cannot be parsed", "asked about, never allowed", TooMuchAsync),
        new("51", "a deny, with --dangerously-skip-permissions and a project that allows everything", "it holds", DenyHoldsAsync),
        new("52", "a denied file by read, grep, glob, list, shell, prompt file, diff and undo preview", "its content is nowhere", DeniedEverywhereAsync),
        new("53", "a grant is listed, used and revoked", "exactly the prefix, until it is revoked", GrantsAsync),
        new("56", "the plan agent edits, and changes by shell", "all refused; the tree stays", PlanAsync),
        new("57", "rm -rf . and / with --dangerously-skip-permissions", "denied", () => RefusedAsync(0, "rm -rf .", "rm -rf /", "rm -rf ~", "rm -rf ../project", ":(){ :|:& };:", "find / -delete")),
        new("57", "deleting, resetting, force pushing with --dangerously-skip-permissions", "a person is needed: code 3, nothing done", () => RefusedAsync(3, "rm a.txt", "git reset --hard", "git clean -fdx", "git checkout -- .", "git push --force", "kill -9 1", "bash -c 'rm a.txt'", "find . -name a.txt -delete", "echo a.txt | xargs rm")),
        new("3", "a refused permission, headless", "exit code 3", () => ExitCodeAsync()),
    ];

    private static async Task<string> CheckAsync(IReadOnlyList<CommandCase> cases)
    {
        await using var scene = await Scene.OpenAsync(CommandCases.Project(), Done);
        var wrong = new List<string>();
        foreach (var each in cases)
        {
            var exit = await scene.RunAsync("permission", "check", "--", each.Command);
            if (exit.Output.Split('\n')[0] != each.Expected) { wrong.Add($"{each.Command}: {exit.Output}{exit.Errors}"); }
        }

        Assert.Equal([], wrong);
        return string.Join(", ", cases.GroupBy(each => each.Expected).Select(group => $"{group.Count()} {group.Key}"));
    }

    private static async Task<string> TooMuchAsync()
    {
        await using var scene = await Scene.OpenAsync(CommandCases.Project(), Done);
        string[] lines = [string.Join("; ", Enumerable.Repeat("ls", 51)), "echo " + new string('x', 100_000), string.Concat(Enumerable.Repeat("$(", 100)) + "ls" + new string(')', 100), "if ls", "ls 'x", "ls <(", "((", "ls\u0001x"];
        foreach (var line in lines)
        {
            var exit = await scene.RunAsync("permission", "check", "--", line);
            Assert.True(exit.Output.StartsWith("ask", StringComparison.Ordinal), line[..Math.Min(60, line.Length)] + exit.Output + exit.Errors);
        }

        return $"{lines.Length} of {lines.Length} asked";
    }

    private static async Task<string> DenyHoldsAsync()
    {
        var project = new TempProject(("a.txt", Secret), ("mimocode.json", """{"permission":{"*":"allow","read":"allow","bash":"allow"}}"""));
        await using var scene = await Scene.OpenAsync(project, Read("a.txt"), Bash("cat a.txt"), Bash("cd nosuch; cat a.txt"), Bash("f=a.txt; cat $f"), Bash("git status"), Done);
        scene.Settings["permission"] = new JsonObject { ["read"] = new JsonObject { ["*"] = "allow", ["a.txt"] = "deny" }, ["bash"] = new JsonObject { ["*"] = "allow", ["git *"] = "deny" } };
        var (_, told) = await RunAsync(scene, "--dangerously-skip-permissions");
        Assert.All(told, text => Assert.StartsWith("Denied", text, StringComparison.Ordinal));
        return $"{told.Count} tries: {Cell(told[^1], scene)}";
    }

    private static async Task<string> DeniedEverywhereAsync()
    {
        var project = new TempProject(("a.txt", "one\n"), ("secrets/key.txt", Secret + "\n")).WithGit();
        await using var scene = await Scene.OpenAsync(
            project, Read("secrets/key.txt"), Reply.Call("grep", new { pattern = "canary" }), Reply.Call("grep", new { pattern = "canary", path = "secrets/key.txt" }),
            Reply.Call("glob", new { pattern = "**/*" }), Reply.Call("list", new { path = "." }), Bash("cat secrets/key.txt"), Bash("grep -rn canary ."), Bash("rg canary"), Bash("cd secrets && cat key.txt"),
            Edit("secrets/key.txt", "secret", "x"), Done);
        scene.Settings["permission"] = new JsonObject { ["read"] = new JsonObject { ["*"] = "allow", ["secrets/*"] = "deny" } };
        var (_, told) = await RunAsync(scene, "--dangerously-skip-permissions");
        var others = new List<Exit>();
        foreach (var arguments in (string[][])[["run", "-f", project["secrets/key.txt"], "look"], ["diff"], ["undo", "--preview"], ["session", "show"]]) { others.Add(await scene.RunAsync(arguments)); }
        var sent = scene.Server.Requests.Count(request => request.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(told, text => text.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(0, sent);
        Assert.DoesNotContain(others, exit => exit.Output.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(2, others[0].Code);
        return $"{told.Count} calls and {others.Count} commands; the prompt with the file ends with code {others[0].Code}";
    }

    private static async Task<string> GrantsAsync()
    {
        await using var scene = await Scene.OpenAsync(CommandCases.Project(), Bash("true"), Done);
        scene.Settings["permission"] = new JsonObject { ["bash"] = new JsonObject { ["*"] = "ask" } };
        await RunAsync(scene);
        async Task<string> CheckAsync(string line) => (await scene.RunAsync("permission", "check", "--", line)).Output.Split('\n')[0];
        Assert.Equal("ask", await CheckAsync("npm run dev -- x"));
        using (var connection = new SqliteConnection($"Data Source={scene.Database};Pooling=False"))
        {
            connection.Open();
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO permission (project_id, permission, pattern, action, session_id, call_id, time) SELECT id, 'bash', 'npm run dev *', 'allow', NULL, NULL, 0 FROM project";
            insert.ExecuteNonQuery();
        }

        var list = await scene.RunAsync("permission", "list");
        Assert.Contains("npm run dev *", list.Output, StringComparison.Ordinal);
        Assert.Equal(("allow", "ask", "ask"), (await CheckAsync("npm run dev -- x"), await CheckAsync("npm run deploy"), await CheckAsync("npm run dev; curl x")));
        Assert.Equal(0, (await scene.RunAsync("permission", "revoke", list.Output.Split(' ')[0])).Code);
        Assert.Equal(("ask", ""), (await CheckAsync("npm run dev -- x"), (await scene.RunAsync("permission", "list")).Output));
        return "listed; allows npm run dev and not npm run deploy; revoked, asked again";
    }

    private static async Task<string> PlanAsync()
    {
        var project = new TempProject(("a.txt", "one\n")).WithGit();
        string[] commands = ["touch x", "echo x > y", "sed -i s/one/1/ a.txt", "git commit -m x", "python3 -c 'open(\"z\",\"w\")'", "find . -exec touch {} +", "awk 'BEGIN{system(\"touch x\")}'", "make", "npm test", "tee x", "env touch x", "sort -o a.txt a.txt", "git branch x", "git stash"];
        await using var scene = await Scene.OpenAsync(project, [Read("a.txt"), Edit("a.txt", "one", "1"), Write("x", "x"), .. commands.Select(command => Bash(command)), Bash("git log --oneline | head -1"), Done]);
        var before = HashOf(project);
        var (exit, told) = await RunAsync(scene, "--agent", "plan", "--dangerously-skip-permissions");
        Assert.Equal(before, HashOf(project));
        Assert.All(told.Skip(1).SkipLast(1), text => Assert.Contains("enied", text, StringComparison.Ordinal));
        Assert.Contains("start", told[^1], StringComparison.Ordinal);
        return $"{told.Count - 2} tries denied, looking allowed; code {exit.Code}";
    }

    private static async Task<string> RefusedAsync(int code, params string[] commands)
    {
        var project = new TempProject(("a.txt", "one\n")).WithGit();
        project.Write("dirty.txt", "mine\n");
        await using var scene = await Scene.OpenAsync(project, [.. commands.Select(command => Bash(command)), Done]);
        var before = HashOf(project);
        var (exit, told) = await RunAsync(scene, "--dangerously-skip-permissions");
        Assert.Equal((code, before), (exit.Code, HashOf(project)));
        Assert.All(told, text => Assert.Matches("^(Denied|Refused)", text));
        return $"{told.Count} of {commands.Length}: {Cell(told[0], scene)}; code {exit.Code}";
    }

    private static async Task<string> ExitCodeAsync()
    {
        await using var scene = await Scene.OpenAsync(Bash("cat /etc/hostname"), Done);
        var (exit, _) = await RunAsync(scene);
        Assert.Equal(3, exit.Code);
        return $"{Cell(exit.Errors.Trim().Split('\n')[^1], scene)}; code 3";
    }
}
