using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit.ModelServer;
using ScriptedModels = MiMoCode.TestKit.ModelServer.ModelServer;

namespace MiMoCode.TestKit;

/// <summary>A whole workspace, wired as the program wires it, over a project and a home of its own and a scripted model on loopback.</summary>
internal sealed class ProjectHarness : IAsyncDisposable
{
    private readonly WorkspaceOptions options;

    private ProjectHarness(TempProject project, ScriptedModels models, WorkspaceOptions options, Workspace workspace) =>
        (Project, Models, this.options, Workspace) = (project, models, options, workspace);

    public TempProject Project { get; }

    public ScriptedModels Models { get; }

    public Workspace Workspace { get; private set; }

    /// <param name="script">What the model answers.</param>
    /// <param name="project">The project; a small git repository when left out.</param>
    /// <param name="change">Changes what the workspace is opened with.</param>
    public static async Task<ProjectHarness> StartAsync(
        Func<ReceivedRequest, Reply> script, TempProject? project = null, Func<WorkspaceOptions, WorkspaceOptions>? change = null)
    {
        project ??= new TempProject(("a.txt", "one\n")).WithGit();
        var models = await ScriptedModels.StartAsync(script);
        var environment = ServerHarness.EnvironmentOf(project, models);
        var options = new WorkspaceOptions
        {
            Directory = project.Root, Environment = environment, Folders = new Folders(environment), AskPolicy = AskPolicy.Wait, Version = "0.0.0",
            Program = Path.Combine(AppContext.BaseDirectory, "mimo"),
        };
        options = change?.Invoke(options) ?? options;
        return new ProjectHarness(project, models, options, await Workspace.OpenAsync(options, CancellationToken.None));
    }

    /// <summary>Closes the workspace and opens it again, as a new start of the program does.</summary>
    public async Task RestartAsync()
    {
        await Workspace.DisposeAsync();
        Workspace = await Workspace.OpenAsync(options, CancellationToken.None);
    }

    public Task<SessionInfo> NewSessionAsync(string? agent = null) => Workspace.Sessions.CreateAsync(new CreateSession(Agent: agent), CancellationToken.None);

    /// <summary>Prompts and waits for the end of the turn.</summary>
    public async Task<TurnEnd> RunAsync(string sessionId, string text, string? agent = null)
    {
        var accepted = await PromptAsync(sessionId, text, agent);
        return await Workspace.Talk.WaitAsync(sessionId, accepted.MessageId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }

    public Task<PromptAccepted> PromptAsync(string sessionId, string text, string? agent = null) => Workspace.Talk.PromptAsync(
        sessionId, new PromptRequest { Parts = [new PromptText(text)], Agent = agent }, CancellationToken.None);

    /// <summary>Listens from now on; the task ends with the first event that fits.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? fits = null)
        where T : Event
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var told in Workspace.EventsAsync(patience.Token))
        {
            if (told.Event is T found && fits?.Invoke(found) is not false)
                return found;
        }

        throw new InvalidOperationException($"The events ended without a {typeof(T).Name}.");
    }

    public async ValueTask DisposeAsync()
    {
        await Workspace.DisposeAsync();
        await Models.DisposeAsync();
        Project.Dispose();
    }
}
