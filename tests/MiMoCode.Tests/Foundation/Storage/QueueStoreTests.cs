using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using static MiMoCode.Tests.Foundation.Storage.StoreFixture;

namespace MiMoCode.Tests.Foundation.Storage;

public sealed class QueueStoreTests : IAsyncDisposable
{
    private readonly StoreFixture fixture = new();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task A_message_sent_twice_is_one_message_also_after_it_was_taken()
    {
        var (store, queue, _) = await OpenAsync();
        Assert.True((await Send(queue, "msg_1", Delivery.WhenIdle)).IsNew);
        Assert.False((await Send(queue, "msg_1", Delivery.WhenIdle)).IsNew);
        Assert.Equal("msg_1", Assert.Single(store.Page("ses_1", 10, null).Messages).Info.Id);

        var told = await queue.TakeAsync("ses_1", Delivery.WhenIdle);
        Assert.Collection(
            told, first => Assert.IsType<MessageUpdated>(first.Event), second => Assert.IsType<PartUpdated>(second.Event));
        Assert.False((await Send(queue, "msg_1", Delivery.WhenIdle)).IsNew);
        Assert.Empty(await queue.TakeAsync("ses_1", Delivery.WhenIdle));
        Assert.Single(store.LoadWindow("ses_1").Messages);
    }

    [Fact]
    public async Task Steering_comes_first_and_each_of_the_others_has_its_turn()
    {
        var (_, queue, _) = await OpenAsync();
        await Send(queue, "msg_1", Delivery.WhenIdle);
        await Send(queue, "msg_2", Delivery.NextStep);
        await Send(queue, "msg_3", Delivery.WhenIdle);
        await Send(queue, "msg_4", Delivery.NextStep);

        Assert.Equal(["msg_2", "msg_4"], await Take(queue, Delivery.NextStep));
        Assert.Empty(await Take(queue, Delivery.NextStep));
        Assert.Equal(["msg_1"], await Take(queue, Delivery.WhenIdle));
        Assert.Equal(["msg_3"], await Take(queue, Delivery.WhenIdle));
        Assert.False(queue.AnyWaits("ses_1"));
    }

    [Fact]
    public async Task A_session_becomes_idle_only_when_nothing_waits()
    {
        var (_, queue, leases) = await OpenAsync();
        var lease = (await leases.TryAcquireAsync(Leases.OfSession("ses_1"), CancellationToken.None))!;
        Assert.True((await Send(queue, "msg_1", Delivery.WhenIdle)).HasOwner);
        Assert.False(await queue.TryIdleAsync("ses_1", lease));

        await queue.TakeAsync("ses_1", Delivery.WhenIdle, lease);
        Assert.True(await queue.TryIdleAsync("ses_1", lease));
        Assert.False((await Send(queue, "msg_2", Delivery.WhenIdle)).HasOwner);
        await Assert.ThrowsAsync<LeaseLostException>(() => queue.TakeAsync("ses_1", Delivery.WhenIdle, lease));
    }

    [Fact]
    public async Task Of_two_processes_one_gets_the_lease()
    {
        var one = new Leases(await fixture.OpenAsync());
        var other = new Leases(await fixture.OpenAsync());
        var rivals = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => (i % 2 == 0 ? one : other).TryAcquireAsync("dream:prj", CancellationToken.None)));

        var winner = Assert.Single(rivals, lease => lease is not null)!;
        Assert.True(other.IsHeld("dream:prj"));
        Assert.True(await one.ReleaseAsync(winner));
        var next = await other.TryAcquireAsync("dream:prj", CancellationToken.None);
        Assert.Equal(winner.Epoch + 1, next!.Epoch);
        Assert.False(await one.ReleaseAsync(winner));
    }

    [Fact]
    public async Task The_lease_of_a_dead_process_is_taken_over_and_its_late_writes_are_refused()
    {
        var (store, _, leases) = await OpenAsync();
        var lease = (await leases.TryAcquireAsync("session:ses_1", CancellationToken.None))!;
        var database = await fixture.OpenAsync();
        // The same number, started at another time: what a process that died left behind.
        await database.WriteAsync(
            connection => connection.Run("UPDATE instance SET pid_start = pid_start - 1"), Durability.Committed, CancellationToken.None);

        Assert.NotNull(await new Leases(database).TryAcquireAsync("session:ses_1", CancellationToken.None));
        await Assert.ThrowsAsync<LeaseLostException>(
            () => store.StoreAsync("ses_1", Fact(User("ses_1", "msg_1")), Durability.Committed, lease));
        Assert.Empty(store.LoadWindow("ses_1").Messages);
    }

    [Fact]
    public async Task A_turn_that_takes_longer_than_the_lease_keeps_it_also_in_the_eyes_of_another_container()
    {
        var clock = new ManualClock();
        var database = await fixture.OpenAsync(clock);
        var elsewhere = new Leases(database, ProcessIdentity.Own() with { PidSpace = "pid:[7]" });
        var here = new Leases(await fixture.OpenAsync(clock));
        Assert.NotNull(await elsewhere.TryAcquireAsync("session:ses_1", CancellationToken.None));

        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var beating = new Heartbeat(elsewhere, new BackgroundTasks(TimeSpan.Zero, (_, _) => { }, clock), clock).RunAsync(over.Token);
        for (var beat = 0; beat < 9; beat++)
        {
            clock.Advance(Heartbeat.Every);
            while (database.Read(connection => connection.Number("SELECT max(heartbeat) FROM instance")) < clock.GetUtcNow().ToUnixTimeMilliseconds())
            {
                over.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        Assert.Null(await here.TryAcquireAsync("session:ses_1", CancellationToken.None));
        await over.CancelAsync();
        await beating;
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(await here.TryAcquireAsync("session:ses_1", CancellationToken.None));
    }

    private static Task<Enqueued> Send(QueueStore queue, string id, Delivery delivery) => queue.EnqueueAsync(
        "ses_1", new MessageWithParts(User("ses_1", id), [Said("ses_1", id, "prt_" + id, "hello")]), delivery, CancellationToken.None);

    private static async Task<IEnumerable<string>> Take(QueueStore queue, Delivery moment) =>
        (await queue.TakeAsync("ses_1", moment)).Select(told => told.Event).OfType<MessageUpdated>().Select(told => told.Info.Id);

    private async Task<(SessionStore Store, QueueStore Queue, Leases Leases)> OpenAsync()
    {
        var database = await fixture.OpenAsync();
        var blobs = new BlobStore(database);
        var store = new SessionStore(database, blobs);
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        return (store, new QueueStore(database, blobs), new Leases(database));
    }
}
