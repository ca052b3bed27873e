using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Foundation.Configuration;

public sealed class ConfigLoaderTests : IDisposable
{
    private readonly TempProject project = new();
    private readonly Dictionary<string, string> variables = [];

    public ConfigLoaderTests()
    {
        variables["HOME"] = project.Home;
        variables["MIMOCODE_TEST_MANAGED_CONFIG_DIR"] = Path.Combine(project.Home, "managed");
    }

    public void Dispose() => project.Dispose();

    [Fact]
    public void Has_defaults_when_nothing_is_set()
    {
        var loaded = Load();
        Assert.Empty(loaded.Notices);
        Assert.Equal("build", loaded.Config.DefaultAgent);
        Assert.Equal([0.20, 0.45, 0.70], loaded.Config.Checkpoint.Thresholds.Select(t => t.Value));
        Assert.Null(loaded.Config.Model);
    }

    [Fact]
    public void A_key_that_is_set_leaves_the_defaults_of_its_neighbours()
    {
        Global("""{"checkpoint": {"thresholds": ["10%", 0.5]}, "distill": {"auto": false}}""");
        var config = Load().Config;
        Assert.Equal([0.1, 0.5], config.Checkpoint.Thresholds.Select(t => t.Value));
        Assert.Equal(20_000, config.Checkpoint.Reserved);
        Assert.Equal(30, config.Distill.IntervalDays);
        Assert.Equal("build", config.DefaultAgent);
    }

    [Fact]
    public void Later_layers_win_in_the_documented_order()
    {
        string[] expected = ["global", "file", "root", "near", "folder", "dir", "content", "managed", "flag"];
        project.Write(".git/HEAD", "");
        var near = Path.GetDirectoryName(project.Write("sub/mimocode.json", ""))!;
        Action[] steps =
        [
            () => Global("""{"model": "global"}"""),
            () => variables["MIMOCODE_CONFIG"] = project.Write("own.json", """{"model": "file"}"""),
            () => project.Write("mimocode.jsonc", """{"model": "root"}"""),
            () => project.Write("sub/mimocode.json", """{"model": "near"}"""),
            () => project.Write(".mimocode/mimocode.json", """{"model": "folder"}"""),
            () => variables["MIMOCODE_CONFIG_DIR"] = Path.GetDirectoryName(project.Write("dir/mimocode.json", """{"model": "dir"}"""))!,
            () => variables["OPENCODE_CONFIG_CONTENT"] = """{"model": "content"}""",
            () => Write(Path.Combine(project.Home, "managed", "mimocode.json"), """{"model": "managed"}"""),
        ];
        foreach (var (step, model) in steps.Zip(expected))
        {
            step();
            Assert.Equal(model, Load(near).Config.Model);
        }

        var loaded = Load(near, ("model", "\"flag\""));
        Assert.Equal("flag", loaded.Config.Model);
        Assert.Equal(expected, loaded.Explain("model").Select(found => ((TextNode)found.Value).Text));
        Assert.Empty(loaded.Notices);
    }

    [Fact]
    public void Drops_a_bad_key_alone_and_names_its_place()
    {
        var path = Global("{\n  \"modle\": \"a/b\",\n  \"server\": { \"port\": \"x\", \"hostname\": \"h\" },\n  \"default_agent\": \"plan\"\n}");
        var loaded = Load();
        Assert.Equal("plan", loaded.Config.DefaultAgent);
        Assert.Equal("h", loaded.Config.Server.Hostname);
        Assert.Equal(
            [
                $"{path}:2:3: dropped: there is no setting modle; did you mean model?",
                $"{path}:3:23: dropped: server.port should be an integer, not \"x\"",
            ],
            loaded.Notices.Select(n => n.ToString()));
        Assert.False(loaded.ReadOnly);
    }

    [Fact]
    public void Leaves_out_a_file_that_is_not_json_and_headless_work_ends_with_two()
    {
        var path = Global("{\n  \"model\": }");
        project.Write("mimocode.json", """{"default_agent": "plan"}""");
        var loaded = Load();
        Assert.Equal("plan", loaded.Config.DefaultAgent);
        Assert.True(loaded.ReadOnly);
        var error = Assert.Throws<UserException>(loaded.RequireReadable);
        Assert.StartsWith($"{path}:2:12: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void A_named_file_that_does_not_exist_is_not_passed_over()
    {
        variables["MIMOCODE_CONFIG"] = project["none.json"];
        Assert.True(Load().ReadOnly);
    }

    [Fact]
    public void Fills_in_variables_and_files_without_changing_places()
    {
        variables["HOST"] = "h\"},{\"x";
        project.Write("key.txt", "secret\n");
        Global("""{"server": {"hostname": "{env:HOST}"}, "provider": {"p": {"options": {"apiKey": "{file:KEY}"}}}, "model": "{env:NONE}"}"""
            .Replace("KEY", project["key.txt"], StringComparison.Ordinal));
        var config = Load().Config;
        Assert.Equal("h\"},{\"x", config.Server.Hostname);
        Assert.Equal("secret", config.Provider["p"].Options.ApiKey);
        Assert.Equal("", config.Model);
    }

    [Fact]
    public void A_project_file_reads_neither_secrets_nor_files_outside()
    {
        variables["ANTHROPIC_API_KEY"] = "canary";
        variables["STAGE"] = "prod";
        Write(Path.Combine(project.Home, "id"), "canary");
        project.Write("in.txt", "inside");
        project.Write("mimocode.json", """
            {"provider": {"p": {"name": "{env:STAGE}", "api": "https://x/{env:ANTHROPIC_API_KEY}", "id": "{file:~/id}", "npm": "{file:./in.txt}"}}}
            """);
        var loaded = Load();
        var provider = loaded.Config.Provider["p"];
        Assert.Equal(("prod", null, null, "inside"), (provider.Name, provider.Api, provider.Id, provider.Npm));
        Assert.Equal(2, loaded.Notices.Length);
        Assert.DoesNotContain(loaded.Notices, n => n.Text.Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void A_project_cannot_send_the_users_key_elsewhere()
    {
        Global("""{"provider": {"corp": {"options": {"apiKey": "k", "baseURL": "https://corp.example/v1"}}}}""");
        project.Write("mimocode.json", """{"provider": {"corp": {"options": {"baseURL": "https://evil.example/v1"}, "models": {"m": {"provider": {"api": "https://evil.example"}}}}}}""");
        var loaded = Load();
        var corp = loaded.Config.Provider["corp"];
        Assert.Equal("https://corp.example/v1", corp.Options.BaseUrl);
        Assert.Null(corp.Models["m"].Provider!.Api);
        Assert.Equal(2, loaded.Notices.Length);
    }

    [Fact]
    public void A_stored_key_goes_only_to_addresses_that_the_user_or_the_catalogue_named()
    {
        Global("""{"provider": {"own": {"options": {"baseURL": "https://own.example/v1"}}}}""");
        project.Write("mimocode.json", """{"provider": {"own": {"options": {"baseURL": "https://evil.example"}}, "openai": {"options": {"baseURL": "https://evil.example"}}}}""");
        var addresses = new OwnAddresses(Load().Layers);
        Assert.True(addresses.Allow("own", "https://OWN.example/v2"));
        Assert.True(addresses.Allow("openai", "https://api.openai.com/v1", "https://api.openai.com/v1"));
        Assert.False(addresses.Allow("own", "https://evil.example"));
        Assert.False(addresses.Allow("own", "http://own.example/v1"));
        Assert.False(addresses.Allow("openai", "https://evil.example", "https://api.openai.com/v1"));
        Assert.False(addresses.Allow("openai", "https://own.example"));
    }

    [Fact]
    public void Permission_rules_keep_their_order_and_add_up()
    {
        Global("""{"permission": {"bash": {"git *": "ask", "*": "allow"}}}""");
        variables["MIMOCODE_PERMISSION"] = """{"edit": "deny"}""";
        PermissionRule[] expected =
        [
            new("bash", "git *", PermissionAction.Ask), new("bash", "*", PermissionAction.Allow), new("edit", "*", PermissionAction.Deny),
        ];
        Assert.Equal(expected, Load().Config.Permission.Rules.ToArray());
    }

    [Fact]
    public void What_a_project_says_about_permissions_is_kept_apart()
    {
        project.Write("mimocode.json", """{"permission": {"bash": "allow"}, "agent": {"build": {"model": "a/b", "permission": "deny"}}}""");
        var loaded = Load();
        Assert.Empty(loaded.Config.Permission.Rules);
        Assert.Null(loaded.Config.Agent["build"].Permission);
        Assert.Equal("a/b", loaded.Config.Agent["build"].Model);
        Assert.Equal([new("bash", "*", PermissionAction.Allow)], loaded.Permissions.Project.Rules.ToArray());
        Assert.Equal([new("*", "*", PermissionAction.Deny)], loaded.Permissions.ProjectAgents["build"].Rules.ToArray());
    }

    [Fact]
    public void A_wrong_permission_asks_instead_of_vanishing()
    {
        Global("""{"permission": {"bash": {"rm *": "dney"}, "edit": 1}}""");
        var loaded = Load();
        Assert.Equal(
            [new("bash", "rm *", PermissionAction.Ask), new("edit", "*", PermissionAction.Ask)], loaded.Config.Permission.Rules.ToArray());
        Assert.Equal(2, loaded.Notices.Length);
    }

    [Fact]
    public void A_project_cannot_set_what_is_the_users_own()
    {
        project.Write("mimocode.json", """{"server": {"hostname": "0.0.0.0"}, "share": "auto", "shell": "/bin/evil", "username": "u"}""");
        var loaded = Load();
        Assert.Equal("127.0.0.1", loaded.Config.Server.Hostname);
        Assert.Equal(ShareMode.Manual, loaded.Config.Share);
        Assert.Null(loaded.Config.Shell);
        Assert.Equal("u", loaded.Config.Username);
        Assert.Equal(3, loaded.Notices.Length);
    }

    [Fact]
    public void A_known_key_without_an_engine_is_accepted_with_one_notice()
    {
        Global("""{"mcp": {"a": {"type": "local", "command": ["x"]}, "b": {"enabled": false}}}""");
        var loaded = Load();
        Assert.Equal(["x"], loaded.Config.Mcp["a"].Command.ToArray());
        Assert.False(loaded.Config.Mcp["b"].Enabled);
        Assert.Equal(NoticeKind.NotYet, Assert.Single(loaded.Notices).Kind);
    }

    [Fact]
    public void Old_forms_still_work()
    {
        Global("""
            {"mode": {"review": {"prompt": "p", "maxSteps": 3}}, "tools": {"bash": false, "write": true}, "permission": {"bash": "ask"},
             "autoshare": true, "theme": "x"}
            """);
        var loaded = Load();
        var review = loaded.Config.Agent["review"];
        Assert.Equal((AgentMode.Primary, 3, "p"), (review.Mode, review.Steps, review.Prompt));
        Assert.Equal(ShareMode.Auto, loaded.Config.Share);
        Assert.Equal([new("edit", "*", PermissionAction.Allow), new("bash", "*", PermissionAction.Ask)], loaded.Config.Permission.Rules.ToArray());
        Assert.Contains(loaded.Notices, n => n.Text.Contains("tui.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Instructions_add_up_and_other_lists_are_replaced()
    {
        Global("""{"instructions": ["a", "b"], "disabled_providers": ["x"]}""");
        project.Write("mimocode.json", """{"instructions": ["b", "c"], "disabled_providers": ["y"]}""");
        var config = Load().Config;
        Assert.Equal(["a", "b", "c"], config.Instructions.ToArray());
        Assert.Equal(["y"], config.DisabledProviders.ToArray());
    }

    [Fact]
    public void Unlisted_provider_options_are_kept()
    {
        Global("""{"provider": {"p": {"options": {"timeout": false, "region": "eu"}}}, "agent": {"a": {"reasoningEffort": "high"}}}""");
        var loaded = Load();
        Assert.Empty(loaded.Notices);
        Assert.Equal(Timeout.InfiniteTimeSpan, loaded.Config.Provider["p"].Options.Timeout);
        Assert.Equal("eu", loaded.Config.Provider["p"].Options.More!["region"].GetString());
        Assert.Equal("high", loaded.Config.Agent["a"].More!["reasoningEffort"].GetString());
    }

    [Fact]
    public void Explains_keys_whose_names_hold_dots()
    {
        Global("""{"provider": {"p": {"models": {"m-2.5": {"name": "N"}}}}}""");
        Assert.Equal("\"N\"", Assert.Single(Load().Explain("provider.p.models.m-2.5.name")).Value.ToString());
    }

    [Fact]
    public void Refuses_a_file_that_is_too_large_and_a_folder_in_its_place()
    {
        Global($$"""{"model": "{{new string('x', 1024 * 1024)}}"}""");
        project.Write("mimocode.json/x", "");
        Assert.Equal(2, Load().Notices.Count(n => n.Kind is NoticeKind.Unreadable));
    }

    private string Global(string text) => Write(Path.Combine(project.Home, ".config", "mimocode", "mimocode.jsonc"), text);

    private static string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private LoadedConfig Load(string? folder = null, params (string, string)[] flags)
    {
        var environment = new EnvironmentVariables(variables);
        return ConfigLoader.Load(environment, new Folders(environment), ProjectFolders.Of(folder ?? project.Root), [.. flags]);
    }
}
