using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.TestKit;
using static MiMoCode.Tests.Foundation.Storage.StoreFixture;

namespace MiMoCode.Tests.Foundation.Storage;

public sealed class DatabaseTests : IAsyncDisposable
{
    private readonly StoreFixture fixture = new();

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task A_job_that_fails_spoils_no_other()
    {
        var database = await fixture.OpenAsync();
        var jobs = Enumerable.Range(0, 100).Select(i => database.WriteAsync(
            connection =>
            {
                connection.Run("INSERT INTO state VALUES ('s', ?, 'v')", $"k{i}");
                return i % 10 == 3 ? throw new InvalidOperationException("This one fails.") : i;
            },
            Durability.Committed, CancellationToken.None)).ToArray();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(jobs));
        Assert.Equal(90, jobs.Count(job => job.IsCompletedSuccessfully));
        Assert.Equal(90, database.Read(connection => connection.Number("SELECT count(*) FROM state")));
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_a_copy_taken_at_any_moment()
    {
        var store = await fixture.StoreAsync();
        await store.CreateAsync(Session("ses_1"), SessionKind.User);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var writes = Enumerable.Range(0, random.Next(1, 20)).Select(i => store.StoreAsync(
                "ses_1", Fact(User("ses_1", $"msg_{round}_{i}")), Durability.Committed)).ToArray();
            await Task.WhenAny(writes);
            var acknowledged = writes.Count(write => write.IsCompletedSuccessfully);
            // What the system holds of the files is what a kill leaves; the log comes last, since it only grows here.
            var copy = Directory.CreateTempSubdirectory("mimo-copy-");
            File.Copy(fixture.Path, Path.Combine(copy.FullName, "test.db"));
            File.Copy(fixture.Path + "-wal", Path.Combine(copy.FullName, "test.db-wal"));
            await Task.WhenAll(writes);

            await using (var survivor = await Database.OpenAsync(
                Path.Combine(copy.FullName, "test.db"), TimeProvider.System, CancellationToken.None))
            {
                Assert.Equal("ok", survivor.Read(connection => connection.Text("PRAGMA quick_check")));
                var found = survivor.Read(connection => connection.Number("SELECT count(*) FROM message WHERE id LIKE ?", $"msg_{round}_%"));
                Assert.True(found >= acknowledged, $"{found} of {acknowledged} are there.");
            }

            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_newer_a_foreign_and_a_damaged_file_are_refused_and_left_alone()
    {
        await (await fixture.OpenAsync()).DisposeAsync();
        using (var connection = Connection.Open(fixture.Path, readOnly: false))
            connection.Script("PRAGMA user_version = 999");
        var newer = await Assert.ThrowsAsync<UserException>(() => fixture.OpenAsync());
        Assert.Contains("newer", newer.Message, StringComparison.Ordinal);

        using (var connection = Connection.Open(fixture.Path, readOnly: false))
            connection.Script("PRAGMA application_id = 1");
        await Assert.ThrowsAsync<UserException>(() => fixture.OpenAsync());

        var garbage = new string('x', 5000);
        await File.WriteAllTextAsync(fixture.Path, garbage);
        var damaged = await Assert.ThrowsAsync<UserException>(() => fixture.OpenAsync());
        Assert.Contains("MIMOCODE_DB", damaged.Message, StringComparison.Ordinal);
        Assert.Equal(garbage, await File.ReadAllTextAsync(fixture.Path));
    }

    [Fact]
    public async Task A_log_that_has_outgrown_all_bounds_is_cut()
    {
        var clock = new ManualClock();
        var database = await fixture.OpenAsync(clock);
        for (var i = 0; i < 65; i++)
        {
            await database.WriteAsync(
                connection => connection.Run("INSERT INTO state VALUES ('s', ?, hex(zeroblob(524288)))", $"k{i}"), Durability.Committed, CancellationToken.None);
        }

        Assert.True(new FileInfo(fixture.Path + "-wal").Length > 64 << 20);
        clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(0, new FileInfo(fixture.Path + "-wal").Length);
        Assert.Equal(65, database.Read(connection => connection.Number("SELECT count(*) FROM state")));
    }

    [Fact]
    public async Task Only_its_owner_can_read_the_file()
    {
        var database = await fixture.OpenAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(database.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(database.Path + "-wal"));
        Assert.Equal(database.Id, (await fixture.OpenAsync()).Id);
    }
}
