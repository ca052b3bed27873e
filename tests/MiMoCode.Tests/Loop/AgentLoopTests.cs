using MiMoCode.Protocol.Sessions;
using MiMoCode.Engine.Foundation.Storage;
using System.Collections.Immutable;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Providers;
using MiMoCode.TestKit;
using Place = MiMoCode.Engine.Loop.Place;

namespace MiMoCode.Tests.Loop;

public sealed class AgentLoopTests
{
    [Fact]
    public async Task Answers_a_prompt_and_is_idle()
    {
        await using var harness = await LoopHarness.StartAsync(new ScriptedProvider(Say.Text("Hello.")));

        var end = await harness.RunAsync("Hi");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal("Hello.", Assert.Single(end.Reply!.Parts.OfType<TextPart>()).Text);
        Assert.IsType<SessionIdle>(harness.Told[^1]);
    }

    [Fact]
    public async Task Runs_the_tools_that_the_model_calls_and_shows_it_their_results()
    {
        var provider = new ScriptedProvider(Say.Call(("echo", """{"text":"a"}"""), ("echo", """{"text":"b"}""")), Say.Text("Done."));
        await using var harness = await LoopHarness.StartAsync(provider, [Echo()]);

        await harness.RunAsync("Go");

        var seen = provider.Requests.Last().Messages.SelectMany(message => message.Parts).OfType<ToolPart>();
        Assert.Equal(["a", "b"], seen.Select(call => Assert.IsType<ToolCompleted>(call.State).Output));
    }

    [Fact]
    public async Task Readers_run_together_and_a_writer_waits_for_them()
    {
        var bothRun = new TaskCompletionSource();
        var running = 0;
        var order = new List<string>();
        var reader = new TestTool("look", async (_, stopping) =>
        {
            if (Interlocked.Increment(ref running) == 2)
                bothRun.SetResult();
            await bothRun.Task.WaitAsync(stopping);
            lock (order)
                order.Add("look");
            return "";
        }, exclusive: false);
        var writer = new TestTool("change", (_, _) =>
        {
            order.Add("change");
            return Task.FromResult("");
        });
        await using var harness = await LoopHarness.StartAsync(
            new ScriptedProvider(Say.Call(("look", "{}"), ("look", "{}"), ("change", "{}")), Say.Text("Done.")), [reader, writer]);

        await harness.RunAsync("Go");

        Assert.Equal(["look", "look", "change"], order);
    }

    [Fact]
    public async Task Every_call_gets_a_final_state_when_the_turn_is_stopped_in_the_middle()
    {
        var started = new TaskCompletionSource();
        var endless = new TestTool("wait", async (_, stopping) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
            return "";
        });
        await using var harness = await LoopHarness.StartAsync(
            new ScriptedProvider(Say.Call(("wait", "{}"), ("wait", "{}"))), [endless]);

        await harness.PromptAsync("Go");
        await started.Task;
        await harness.AbortAsync();

        var calls = harness.History.SelectMany(message => message.Parts).OfType<ToolPart>().ToList();
        Assert.Equal(2, calls.Count);
        Assert.All(calls, call => Assert.Contains("Stopped by the user", Assert.IsType<ToolFailed>(call.State).Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_and_one_that_throws_become_results()
    {
        var broken = new TestTool("broken", (_, _) => throw new InvalidOperationException("No luck."));
        var provider = new ScriptedProvider(Say.Call(("missing", "{}"), ("broken", "{}")), Say.Text("I see."));
        await using var harness = await LoopHarness.StartAsync(provider, [broken]);

        var end = await harness.RunAsync("Go");

        Assert.Equal(StopReason.Done, end.Reason);
        var errors = provider.Requests.Last().Messages.SelectMany(message => message.Parts).OfType<ToolPart>()
            .Select(call => Assert.IsType<ToolFailed>(call.State).Error).ToList();
        Assert.Contains("There is no tool called missing", errors[0], StringComparison.Ordinal);
        Assert.Equal("No luck.", errors[1]);
    }

    [Fact]
    public async Task A_gate_that_says_no_keeps_the_tool_from_running()
    {
        var ran = false;
        var tool = new TestTool("change", (_, _) =>
        {
            ran = true;
            return Task.FromResult("");
        });
        await using var harness = await LoopHarness.StartAsync(
            new ScriptedProvider(Say.Call(("change", "{}")), Say.Text("Fine.")), [tool], new LoopPlugs { ToolGates = [new Never()] });

        await harness.RunAsync("Go");

        Assert.False(ran);
        var call = harness.History.SelectMany(message => message.Parts).OfType<ToolPart>().Single();
        Assert.Equal("Not today.", Assert.IsType<ToolFailed>(call.State).Error);
    }

    [Fact]
    public async Task Keeps_going_while_a_step_gate_says_so_and_stops_at_the_limit()
    {
        var provider = new ScriptedProvider([.. Enumerable.Repeat(Say.Text("Done."), 10)]);
        await using var harness = await LoopHarness.StartAsync(provider, plugs: new LoopPlugs { StepGates = [new NotYet()] });

        var end = await harness.RunAsync("Go");

        Assert.Equal(StopReason.ReentryLimit, end.Reason);
        Assert.Equal(4, provider.Requests.Count);
        Assert.Contains("not-yet", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_comes_while_it_works_is_seen_before_the_next_request()
    {
        LoopHarness? harness = null;
        var tool = new TestTool("work", async (_, _) =>
        {
            await harness!.PromptAsync("Also this.", Delivery.NextStep);
            return "";
        });
        var provider = new ScriptedProvider(Say.Call(("work", "{}")), Say.Text("Both done."));
        await using var started = harness = await LoopHarness.StartAsync(provider, [tool]);

        await harness.RunAsync("Go");

        var texts = provider.Requests.Last().Messages.SelectMany(message => message.Parts).OfType<TextPart>().Select(part => part.Text);
        Assert.Equal(["Go", "Also this."], texts);
    }

    [Fact]
    public async Task A_message_for_later_gets_a_turn_of_its_own()
    {
        LoopHarness? harness = null;
        var tool = new TestTool("work", async (_, _) =>
        {
            await harness!.PromptAsync("Afterwards.", Delivery.WhenIdle);
            return "";
        });
        var provider = new ScriptedProvider(Say.Call(("work", "{}")), Say.Text("First."), Say.Text("Second."));
        await using var started = harness = await LoopHarness.StartAsync(provider, [tool]);

        await harness.RunAsync("Go");

        Assert.Equal(3, provider.Requests.Count);
        Assert.Equal(["Go", "First.", "Afterwards.", "Second."], harness.History.SelectMany(m => m.Parts).OfType<TextPart>().Select(part => part.Text));
    }

    [Fact]
    public async Task The_head_is_rendered_once_and_a_reminder_is_stored_only_when_it_changed()
    {
        var source = new Counting();
        var provider = new ScriptedProvider(Say.Text("1"), Say.Text("2"), Say.Text("3"));
        await using var harness = await LoopHarness.StartAsync(provider, plugs: new LoopPlugs { Context = [source, new Weather(["sun", "sun", "rain"])] });

        await harness.RunAsync("a");
        await harness.RunAsync("b");
        await harness.RunAsync("c");

        Assert.Equal(1, source.Rendered);
        Assert.Single(provider.Requests.Select(request => request.System).Distinct());
        var reminders = harness.History.SelectMany(message => message.Parts).OfType<TextPart>().Where(part => part.Synthetic is true);
        Assert.Equal(2, reminders.Count());
    }

    [Fact]
    public async Task Each_request_begins_with_the_whole_of_the_one_before()
    {
        var calls = Enumerable.Range(0, 20).Select(number => Say.Call(("echo", $$"""{"text":"{{number}}"}""")));
        var provider = new ScriptedProvider([.. calls, Say.Text("Done.")]);
        await using var harness = await LoopHarness.StartAsync(provider, [Echo()]);

        await harness.RunAsync("Go");

        var requests = provider.Requests.ToList();
        foreach (var (before, after) in requests.Zip(requests.Skip(1)))
        {
            // All but the newest reply, whose calls had no result yet, are the very same objects.
            Assert.Equal(before.Messages, after.Messages.Take(before.Messages.Count));
        }
    }

    [Fact]
    public async Task A_refused_key_ends_the_turn_with_an_error_that_clients_know()
    {
        var failure = new ProviderFailure(FailureKind.Auth, "The key was refused.") { StatusCode = 401 };
        await using var harness = await LoopHarness.StartAsync(new ScriptedProvider(Say.Fail(failure)));

        var end = await harness.RunAsync("Go");

        Assert.Equal(StopReason.Failed, end.Reason);
        Assert.Equal("The key was refused.", end.Text);
        Assert.Equal(MessageError.Auth, Assert.IsType<AssistantMessage>(end.Reply!.Info).Error!.Name);
    }

    [Fact]
    public async Task Calls_of_a_reply_that_was_cut_off_are_never_run()
    {
        var ran = false;
        var tool = new TestTool("change", (_, _) =>
        {
            ran = true;
            return Task.FromResult("");
        });
        IEnumerable<ModelEvent> CutOff(ModelRequest request) =>
        [
            new ToolCalled("call_1", "change", System.Text.Json.JsonDocument.Parse("{}").RootElement),
            new Finished(StopReason.Failed, TokenUsage.None, [], new ProviderFailure(FailureKind.Stream, "The connection broke.")),
        ];
        await using var harness = await LoopHarness.StartAsync(new ScriptedProvider(CutOff), [tool]);

        await harness.RunAsync("Go");

        Assert.False(ran);
        var call = harness.History.SelectMany(message => message.Parts).OfType<ToolPart>().Single();
        Assert.Contains("cut off", Assert.IsType<ToolFailed>(call.State).Error, StringComparison.Ordinal);
    }

    private static TestTool Echo() => new("echo", (input, _) => Task.FromResult(input.GetProperty("text").GetString()!), exclusive: false);

    private sealed class Never : IToolGate
    {
        public ValueTask<string?> DenyAsync(Session session, ToolPart call, ToolPlan plan, CancellationToken cancellationToken) => new("Not today.");
    }

    [Fact]
    public async Task How_a_turn_ended_is_known_also_to_who_asks_after_its_end()
    {
        var provider = new ScriptedProvider(Say.Text("I cannot."));
        await using var harness = await LoopHarness.StartAsync(provider, plugs: new LoopPlugs { StepGates = [new NeedsAKey()] });
        var accepted = await harness.PromptAsync("Go");
        await harness.WaitAsync(accepted);
        var end = await harness.WaitAsync(accepted);
        Assert.Equal((StopReason.NeedsPerson, "The key is missing."), (end.Reason, end.Text));
    }

    private sealed class NeedsAKey : IStepGate
    {
        public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken) =>
            new(new Stop(StopReason.NeedsPerson, "The key is missing."));
    }

    private sealed class NotYet : IStepGate
    {
        public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken) => new(new GoOn("not-yet", "Not yet."));
    }

    private sealed class Counting : IContextSource
    {
        public int Rendered { get; private set; }

        public Place Place => Place.Head;

        public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
        {
            request.Add("count", $"Rendered {++Rendered} times.", 100);
            return default;
        }
    }

    private sealed class Weather(ImmutableArray<string> days) : IContextSource
    {
        private int day;

        public Place Place => Place.Reminder;

        public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
        {
            request.Add("weather", days[day++], 100);
            return default;
        }
    }

    [Fact]
    public async Task What_was_taken_back_is_not_in_the_next_request_and_gone_from_the_history()
    {
        var provider = new ScriptedProvider(Say.Text("one"), Say.Text("two"), Say.Text("three"));
        await using var harness = await LoopHarness.StartAsync(provider);
        await harness.RunAsync("keep this");
        await harness.RunAsync("take this back");
        var info = harness.Store.Find("ses_test")!;
        await harness.Store.StoreAsync(
            info.Id, new SessionUpdated(info with { Revert = new SessionRevert(harness.History[2].Info.Id) }) { SessionId = info.Id }, Durability.Committed);

        await harness.RunAsync("go on");

        var asked = string.Join('|', provider.Requests.Last().Messages.SelectMany(message => message.Parts).OfType<TextPart>().Select(part => part.Text));
        Assert.Equal("keep this|one|go on", asked);
        Assert.Equal(4, harness.History.Count);
        Assert.Null(harness.Store.Find("ses_test")!.Revert);
        Assert.Equal(2, harness.Told.OfType<MessageRemoved>().Count());
    }
}
