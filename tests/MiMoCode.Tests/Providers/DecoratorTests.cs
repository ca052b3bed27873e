using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Decorators;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Providers;

public sealed class DecoratorTests
{
    [Fact]
    public async Task Tries_again_says_so_and_withdraws_what_was_told()
    {
        var events = await RetryAsync(
            new RetryPolicy(),
            Reply.Refuse(503, "{}"),
            new Reply { Text = "Half of it", Delivery = new CutAfter(450) },
            new Reply { Text = "All of it" });
        Assert.Equal([1, 2], events.OfType<Retrying>().Select(told => told.Attempt));
        Assert.Single(events.OfType<Restarted>());
        var after = events.FindLastIndex(told => told is Restarted);
        Assert.Equal("All of it", events[after..].Said());
        Assert.Equal((StopReason.Done, null), (events.End().Reason, events.End().Failure));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task Does_not_try_again_what_cannot_help(int status)
    {
        var events = await RetryAsync(new RetryPolicy(), Reply.Refuse(status, "{}"), Reply.Say("never"));
        Assert.Single(events);
        Assert.Equal(status, events.End().Failure!.StatusCode);
    }

    [Fact]
    public async Task Waits_as_long_as_it_is_asked_to_and_not_much_longer()
    {
        var events = await RetryAsync(new RetryPolicy(), Reply.Refuse(429, "{}", ("retry-after", "20")), Reply.Say("ok"));
        Assert.InRange(events.OfType<Retrying>().Single().Delay, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22));
        Assert.Equal("ok", events.Said());
    }

    [Fact]
    public async Task Does_not_wait_for_hours()
    {
        var events = await RetryAsync(new RetryPolicy(), Reply.Refuse(429, "{}", ("retry-after", "7200")), Reply.Say("never"));
        Assert.Contains("asks to wait 2 h, which is more than the patience of 60 min (retry.patience)", events.End().Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureKind.Network)]
    [InlineData(FailureKind.Server)]
    [InlineData(FailureKind.RateLimit)]
    public async Task An_outage_of_half_an_hour_is_sat_out_with_a_try_every_minute_or_so(FailureKind kind)
    {
        var clock = new ManualClock();
        var outage = new Outage(clock, TimeSpan.FromMinutes(30), new ProviderFailure(kind, "Away."));

        var events = await AskWhileTimePassesAsync(new RetryingProvider(outage, new RetryPolicy(), clock, new Random(1)), clock);

        var tries = events.OfType<Retrying>().ToList();
        Assert.Equal("back again", events.Said());
        Assert.InRange(tries.Count, 20, 60);
        Assert.True(tries.Max(told => told.Delay) < TimeSpan.FromSeconds(80));
        Assert.All(tries, told => Assert.True(told.AtMost is null && told.Left > told.Delay));
        Assert.Equal(TimeSpan.FromHours(1), tries[0].Left);
    }

    [Fact]
    public async Task Patience_is_a_setting_for_all_and_for_one_provider_and_what_says_more_wins()
    {
        var policy = new RetryPolicy().With(new RetryConfig { Patience = 600 })
            .With(new RetryConfig { Patience = 120, Server = new() { DeadlineMs = 20_000 } });
        Assert.Equal((120, 20, 120, 300), (policy.Network.Total.TotalSeconds, policy.Server.Total.TotalSeconds, policy.RateLimit.Total.TotalSeconds, policy.Stream.Total.TotalSeconds));

        var none = await RetryAsync(new RetryPolicy().With(new RetryConfig { Patience = 0 }), Reply.Refuse(503, "{}"), Reply.Say("never"));
        Assert.Single(none);
    }

    [Fact]
    public async Task A_wait_ends_at_once_when_somebody_interrupts()
    {
        var clock = new ManualClock();
        using var stop = new CancellationTokenSource();
        var provider = new RetryingProvider(new Outage(clock, TimeSpan.FromDays(1), new ProviderFailure(FailureKind.Network, "Away.")), new RetryPolicy(), clock, new Random(1));
        await using var stream = provider.StreamAsync(Request(), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await stream.MoveNextAsync());
        Assert.IsType<Retrying>(stream.Current);
        var next = stream.MoveNextAsync().AsTask();
        await clock.UntilWaitingAsync(1, default);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Gives_up_when_its_patience_is_used_up_and_says_after_how_much()
    {
        var policy = new RetryPolicy { Server = new Patience(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(1)) };
        var events = await RetryAsync(policy, Reply.Refuse(500, "{}") with { Repeat = true });
        Assert.Equal(2, events.OfType<Retrying>().Count());
        Assert.Contains("Given up after 3 tries", events.End().Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureKind.Network, 60)]
    [InlineData(FailureKind.Server, 60)]
    [InlineData(FailureKind.Stream, 5)]
    [InlineData(FailureKind.RateLimit, 60)]
    public async Task Whatever_goes_wrong_for_ever_comes_to_an_end(FailureKind kind, int minutes)
    {
        var clock = new ManualClock();
        var broken = new Played([.. Enumerable.Repeat<ModelEvent[]>([new Finished(StopReason.Failed, TokenUsage.None, [], new ProviderFailure(kind, "Broken."))], 100)]);

        var events = await AskWhileTimePassesAsync(new RetryingProvider(broken, new RetryPolicy(), clock, new Random(1)), clock);

        var tries = events.OfType<Retrying>().ToList();
        Assert.True(tries.Sum(told => told.Delay.TotalMinutes) <= minutes);
        Assert.All(tries, told => Assert.True(told.AtMost is null || told.Attempt <= told.AtMost));
        Assert.StartsWith($"Broken. Given up after {tries.Count + 1} tries in ", events.End().Failure!.Message);
    }

    [Fact]
    public async Task Waits_longer_each_time_and_never_twice_the_same()
    {
        var events = await RetryAsync(new RetryPolicy(), [.. Enumerable.Repeat(Reply.Refuse(500, "{}"), 6), Reply.Say("ok")]);
        var delays = events.OfType<Retrying>().Select(told => told.Delay.TotalSeconds).ToList();
        Assert.Equal(6, delays.Distinct().Count());
        Assert.All(delays.Select((delay, at) => (delay, Plain: Math.Min(30, Math.Pow(2, at)))), pair => Assert.InRange(pair.delay / pair.Plain, 0.75, 1.25));
    }

    [Fact]
    public async Task Broken_attempts_stay_in_the_bill()
    {
        var usage = new TokenUsage(5, 5, 0, new CacheTokens(0, 0));
        var billed = new Billed(Purpose.Main, TestModel.Ref, usage, 1m);
        var clock = new ManualClock();
        var provider = new RetryingProvider(
            new Played(
                [new TextDelta("a"), new Finished(StopReason.Failed, usage, [billed], new ProviderFailure(FailureKind.Stream, "broke"))],
                [new TextDelta("b"), new Finished(StopReason.Done, usage, [billed])]),
            new RetryPolicy(), clock, new Random(1));
        var events = await AskWhileTimePassesAsync(provider, clock);
        Assert.Equal(2m, events.End().Billed.Sum(bill => bill.Cost));
    }

    [Theory]
    [InlineData("I will now read the file again. Let me look at it once more. ")]
    [InlineData("哈")]
    [InlineData("ab ")]
    public async Task Stops_a_reply_that_repeats_itself_without_end(string block)
    {
        foreach (var thinking in new[] { false, true })
        {
            var text = "A sensible beginning, then: " + string.Concat(Enumerable.Repeat(block, 40_000 / block.Length));
            var events = await GuardAsync(thinking ? new Reply { Reasoning = text, Text = "x" } : new Reply { Text = text });
            Assert.Equal(FailureKind.Repetition, events.End().Failure!.Kind);
            Assert.False(events.End().Failure!.IsRetryable);
            Assert.True(events.Sum(told => told is TextDelta d ? d.Text.Length : told is ReasoningDelta r ? r.Text.Length : 0) < 30_000);
            Assert.True(events.End().Billed.Single().Usage.Output > 0);
        }
    }

    [Fact]
    public async Task Lets_honest_repetition_pass()
    {
        var table = string.Concat(Enumerable.Range(0, 400).Select(row => $"| {row} | value {row * 7 % 13} | {new string('-', 40)} |\n"));
        var rule = new string('=', 120) + "\n" + new string('-', 300) + "\n";
        var code = string.Concat(Enumerable.Range(0, 300).Select(line => $"    assert_equal(f({line}), {line * line});\n"));
        var events = await GuardAsync(Reply.Say(rule + table + rule + code));
        Assert.Null(events.End().Failure);
    }

    private static async Task<List<ModelEvent>> GuardAsync(Reply reply)
    {
        await using var server = await ModelServer.StartAsync(reply);
        return await AskAsync(new RepetitionGuard(Provider(server)));
    }

    private static async Task<List<ModelEvent>> RetryAsync(RetryPolicy policy, params Reply[] replies)
    {
        await using var server = await ModelServer.StartAsync(replies);
        var clock = new ManualClock();
        return await AskWhileTimePassesAsync(new RetryingProvider(Provider(server), policy, clock, new Random(1)), clock);
    }

    /// <summary>Lets the time pass that the decorator says it waits.</summary>
    private static async Task<List<ModelEvent>> AskWhileTimePassesAsync(IProvider provider, ManualClock clock)
    {
        var events = new List<ModelEvent>();
        await using var stream = provider.StreamAsync(Request(), default).GetAsyncEnumerator();
        var next = stream.MoveNextAsync().AsTask();
        while (await next)
        {
            events.Add(stream.Current);
            next = stream.MoveNextAsync().AsTask();
            if (events[^1] is Retrying retrying)
            {
                await clock.UntilWaitingAsync(1, default);
                clock.Advance(retrying.Delay);
            }
        }

        return events;
    }

    /// <summary>Fails until the time has passed.</summary>
    private sealed class Outage(ManualClock clock, TimeSpan length, ProviderFailure failure) : IProvider
    {
        private readonly DateTimeOffset end = clock.GetUtcNow() + length;

        public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (clock.GetUtcNow() >= end)
                yield return new TextDelta("back again");
            yield return clock.GetUtcNow() < end
                ? new Finished(StopReason.Failed, TokenUsage.None, [], failure)
                : new Finished(StopReason.Done, TokenUsage.None, []);
        }
    }

    private sealed class Played(params ModelEvent[][] attempts) : IProvider
    {
        private int at;

        public async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var told in attempts[at++])
            {
                await Task.Yield();
                yield return told;
            }
        }
    }
}
