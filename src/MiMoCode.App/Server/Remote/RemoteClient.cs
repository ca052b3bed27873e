using MiMoCode.Protocol;

namespace MiMoCode.App.Server.Remote;

/// <summary>A project on a server, asked as if it were here.</summary>
internal sealed class RemoteClient : IMimoClient
{
    private readonly RemoteCalls calls;
    private readonly RemoteEvents events;

    private RemoteClient(RemoteCalls calls, RemoteEvents events)
    {
        (this.calls, this.events) = (calls, events);
        Sessions = new RemoteSessions(calls);
        Talk = new RemoteTalk(calls);
        Asks = new RemoteAsks(calls);
        Catalogue = new RemoteCatalogue(calls);
        Files = new RemoteFiles(calls);
        SetUp = new RemoteSetUp(calls);
        Changes = new RemoteChanges(calls);
    }

    public ISessions Sessions { get; }

    public ITalk Talk { get; }

    public IAsks Asks { get; }

    public ICatalogue Catalogue { get; }

    public IFiles Files { get; }

    public ISetUp SetUp { get; }

    public IChanges Changes { get; }

    /// <summary>Connected, logged in and listening when this returns.</summary>
    /// <exception cref="UserException">The server cannot be reached, or refuses.</exception>
    public static async Task<RemoteClient> ConnectAsync(RemoteAddress address, TimeProvider clock, CancellationToken cancellationToken)
    {
        var calls = new RemoteCalls(address);
        try
        {
            return new RemoteClient(calls, await RemoteEvents.ConnectAsync(calls, clock, cancellationToken));
        }
        catch
        {
            calls.Dispose();
            throw;
        }
    }

    public IAsyncEnumerable<NumberedEvent> EventsAsync(CancellationToken cancellationToken) => events.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await events.DisposeAsync();
        calls.Dispose();
    }
}
