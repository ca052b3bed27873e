using MiMoCode.Protocol;

namespace MiMoCode.App.Tui;

/// <summary>
/// Questions to the engine that are under way. Nothing waits for them: what they bring is handed to the one place where the picture
/// changes, and so is what goes wrong.
/// </summary>
/// <param name="opened">The engine, once it is there.</param>
/// <param name="post">Has something done where the picture changes.</param>
/// <param name="complain">Shows what went wrong.</param>
internal sealed class Requests(Task<Opened> opened, Action<Action> post, Action<string> complain) : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly List<Task> running = [];

    /// <summary>Does something that may take long.</summary>
    /// <param name="work">Its last step hands over what it found with <see cref="Post"/>.</param>
    /// <param name="failed">Called, where the picture changes, when it failed.</param>
    public void Start(Func<IMimoClient, CancellationToken, Task> work, Action? failed = null)
    {
        running.RemoveAll(task => task.IsCompleted);
        running.Add(RunAsync(work, failed));
    }

    /// <summary>Has something done where the picture changes.</summary>
    public void Post(Action change) => post(change);

    /// <summary>Waits until nothing is under way.</summary>
    public Task IdleAsync() => Task.WhenAll(running);

    /// <summary>Cancels what is under way and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await IdleAsync();
        ended.Dispose();
    }

    private async Task RunAsync(Func<IMimoClient, CancellationToken, Task> work, Action? failed)
    {
        // The keyboard must not wait even for the part of the work that never waits.
        await Task.Yield();
        try
        {
            await work((await opened.WaitAsync(ended.Token)).Client, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The program ends.
        }
        catch (Exception error)
        {
            // The border of this door: nothing that the engine cannot do may end the program.
            var text = error is UserException ? error.Message : $"{error.GetType().Name}: {error.Message}";
            post(() =>
            {
                failed?.Invoke();
                complain(text);
            });
        }
    }
}

/// <summary>What the interface works with.</summary>
/// <param name="Client">The engine.</param>
/// <param name="SessionId">The session to show first; null for the first page.</param>
internal sealed record Opened(IMimoClient Client, string? SessionId = null);
