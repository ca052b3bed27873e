using System.Text.Json;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;
using MiMoCode.Tests.Guard.Processes;

namespace MiMoCode.Tests.Tools;

public sealed class BashToolTests : IAsyncDisposable
{
    private readonly ProcessRunner runner = ProcessRunnerTests.Runner();
    private readonly TempProject project = new(("a.txt", "hello\n"), ("sub/b.txt", ""));
    private readonly List<Details> reported = [];
    private readonly JobTable jobs;
    private readonly Session session;

    public BashToolTests()
    {
        jobs = new JobTable(runner, _ => Task.CompletedTask, TimeProvider.System);
        session = new Session(
            new SessionInfo
            {
                Id = "ses_1", Slug = "s", ProjectId = "p", Directory = project.Root, Title = "t", Version = "0",
                Time = new SessionTime(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
            },
            "ses_1", project.Root);
    }

    [Fact]
    public async Task Runs_in_the_project_and_gives_the_output()
    {
        var result = await RunAsync("""{"command":"cat a.txt; pwd; echo err >&2","description":"look"}""");
        Assert.Equal($"hello\n{project.Root}\nerr\n", result.Output);
        Assert.Equal(("look", 0), (result.Title, ((CommandDetails)result.Details!).Exit));
    }

    [Fact]
    public async Task Tells_a_bad_exit_a_signal_and_an_empty_output()
    {
        Assert.Equal("[exit code 3]", (await RunAsync("""{"command":"exit 3"}""")).Output);
        Assert.Equal("x\n[exit code 1]", (await RunAsync("""{"command":"echo x; false"}""")).Output);
        Assert.Equal("[ended by signal 9]", (await RunAsync("""{"command":"kill -9 $$"}""")).Output);
        Assert.Equal("(no output)", (await RunAsync("""{"command":"true"}""")).Output);
    }

    [Fact]
    public async Task Gives_the_output_so_far_when_it_takes_too_long()
    {
        var result = await RunAsync("""{"command":"echo begun; sleep 1000","timeout":700}""");
        Assert.Equal("begun\n[stopped after 0.7 s, output so far is above; give a longer timeout or use background]", result.Output);
    }

    [Fact]
    public async Task Names_what_is_left_running_so_that_it_can_be_ended()
    {
        var result = await RunAsync("""{"command":"sleep 1000 & echo up"}""");
        Assert.StartsWith("up\n[still running in the background as job_1: process ", result.Output, StringComparison.Ordinal);
        var ended = await RunAsync("""{"action":"kill","id":"job_1"}""", new JobTool(jobs, TimeProvider.System));
        Assert.EndsWith("[job_1 ended with exit code 0]", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_background_command_is_looked_after_by_the_job_tool()
    {
        var job = new JobTool(jobs, TimeProvider.System);
        var started = await RunAsync("""{"command":"echo hi; exit 2","background":true}""");
        Assert.StartsWith("Started as job_1.", started.Output, StringComparison.Ordinal);
        Assert.Equal("hi\n[job_1 ended with exit code 2]", (await RunAsync("""{"action":"wait","id":"job_1","timeout":20000}""", job)).Output);
        Assert.Contains("job_1  ended with exit code 2  echo hi", (await RunAsync("""{"action":"list"}""", job)).Output, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ToolException>(() => RunAsync("""{"action":"read","id":"job_9"}""", job));
    }

    [Fact]
    public async Task Plans_what_it_touches_and_only_readers_run_together()
    {
        var looking = await PlanAsync("""{"command":"cat a.txt"}""");
        Assert.False(looking.Exclusive);
        Assert.Contains(looking.Accesses, access => access.Permission == "read" && access.Path == project["a.txt"]);
        var changing = await PlanAsync("""{"command":"touch x","workdir":"sub"}""");
        Assert.True(changing.Exclusive);
        Assert.Contains(changing.Accesses, access => access.Permission == "edit" && access.Path == project["sub/x"]);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_its_arguments()
    {
        foreach (var input in new[] { """{"command":""}""", """{"command":"ls","timeout":0}""", """{"command":"ls","workdir":"nowhere"}""", "{}" })
            await Assert.ThrowsAsync<ToolException>(() => RunAsync(input));
    }

    [Theory]
    [InlineData("""{"command":"cat a.txt"}""", null)]
    [InlineData("""{"command":"cat /etc/passwd"}""", "Refused: external_directory on /etc/passwd (a rule of the built-in list says ask): nobody is there to ask.")]
    [InlineData("""{"command":"rm -rf /"}""", "Denied: ")]
    [InlineData("""{"command":"touch x"}""", "Denied: bash_changes on touch x: a rule of the agent denies it.", "plan")]
    public async Task The_gate_refuses_in_words_when_nobody_is_there(string input, string? text, string agent = "build")
    {
        session.Turn = session.Turn with { Agent = agent };
        var gate = GateOf(new Asker(AskPolicy.Refuse, _ => { }), []);
        var denied = await gate.DenyAsync(session, Call(), await PlanAsync(input), CancellationToken.None);
        if (text is null)
            Assert.Null(denied);
        else
            Assert.StartsWith(text, denied, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_always_is_stored_as_shown_and_not_asked_again()
    {
        var (stored, shown) = (new List<PermissionRule>(), new List<PermissionRequest>());
        Asker? asker = null;
        asker = new Asker(AskPolicy.Wait, told =>
        {
            if (told is PermissionAsked asked)
            {
                shown.Add(asked.Request);
                _ = asker!.ReplyAsync(asked.Request.Id, PermissionReply.Always, null, CancellationToken.None);
            }
        });
        var gate = GateOf(asker, stored);
        var plan = await PlanAsync("""{"command":"cat /etc/passwd"}""");
        Assert.Null(await gate.DenyAsync(session, Call(), plan, CancellationToken.None));
        Assert.Equal("/etc/*", Assert.Single(shown).Always[0]);
        Assert.Equal([new PermissionRule("external_directory", "/etc/*", PermissionAction.Allow)], stored);

        Assert.Null(await gate.DenyAsync(session, Call(), plan, CancellationToken.None));
        Assert.Single(shown);
    }

    public async ValueTask DisposeAsync()
    {
        await runner.DisposeAsync();
        project.Dispose();
    }

    private PermissionGate GateOf(Asker asker, List<PermissionRule> stored) => new(
        new PermissionSources([], agent => agent == "plan" ? [new(RuleLayer.Agent, BuiltInRules.ReadOnly)] : [], project.Home),
        new Grants(
            _ => new([.. stored]),
            (grant, _, _, _) =>
            {
                stored.Add(grant);
                return default;
            }),
        asker, TimeProvider.System);

    private static ToolPart Call() =>
        new("call_1", "bash", new ToolPending(EmptyJson.Object)) { Id = "prt_1", MessageId = "msg_1", SessionId = "ses_1" };

    private async Task<ToolPlan> PlanAsync(string input, ITool? tool = null)
    {
        tool ??= new BashTool(runner, jobs, null, project.Home, Path.Combine(project.Home, "out"), TimeProvider.System);
        using var json = JsonDocument.Parse(input);
        return await tool.PlanAsync(json.RootElement, new ToolContext(session, Call(), reported.Add), CancellationToken.None);
    }

    private async Task<ToolResult> RunAsync(string input, ITool? tool = null) =>
        await (await PlanAsync(input, tool)).RunAsync(CancellationToken.None);
}
