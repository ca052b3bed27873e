using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit.ModelServer;
using ScriptedModels = MiMoCode.TestKit.ModelServer.ModelServer;

namespace MiMoCode.TestKit;

/// <summary>A workspace as programs open it, over a project and a home of its own, with a scripted model behind it. It can be opened again.</summary>
internal sealed class TalkHarness : IAsyncDisposable
{
    private TalkHarness(TempProject project, ScriptedModels models, Workspace workspace) =>
        (Project, Models, Workspace) = (project, models, workspace);

    public TempProject Project { get; }

    public ScriptedModels Models { get; }

    public Workspace Workspace { get; private set; }

    /// <summary>Where the program keeps memory files.</summary>
    public string Memory => Path.Combine(Project.Home, "mimocode/data/memory");

    public static Task<TalkHarness> StartAsync(params Reply[] replies) => StartAsync(new TempProject(("readme.md", "hello\n")), replies);

    public static async Task<TalkHarness> StartAsync(TempProject project, params Reply[] replies)
    {
        var models = await ScriptedModels.StartAsync(replies);
        return new TalkHarness(project, models, await OpenAsync(project, models, project.Root));
    }

    /// <summary>Opens the workspace of a folder beside the one that is open, as another process would.</summary>
    public Task<Workspace> OpenAsync(string directory) => OpenAsync(Project, Models, directory);

    /// <summary>Closes it and opens it again, as a restart of the program would.</summary>
    public async Task RestartAsync()
    {
        await Workspace.DisposeAsync();
        Workspace = await OpenAsync(Project.Root);
    }

    /// <summary>One turn; in a new session when none is named.</summary>
    public async Task<(string SessionId, TurnEnd End)> RunAsync(string text, string? sessionId = null)
    {
        sessionId ??= (await Workspace.Sessions.CreateAsync(new CreateSession(), CancellationToken.None)).Id;
        var accepted = await Workspace.Talk.PromptAsync(sessionId, new PromptRequest { Parts = [new PromptText(text)] }, CancellationToken.None);
        return (sessionId, await Workspace.Talk.WaitAsync(sessionId, accepted.MessageId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    public async ValueTask DisposeAsync()
    {
        await Workspace.DisposeAsync();
        await Models.DisposeAsync();
        Project.Dispose();
    }

    private static Task<Workspace> OpenAsync(TempProject project, ScriptedModels models, string directory)
    {
        var environment = ServerHarness.EnvironmentOf(project, models);
        return Workspace.OpenAsync(
            new WorkspaceOptions
            {
                Directory = directory,
                Environment = environment,
                Folders = new Folders(environment),
                AskPolicy = AskPolicy.Wait,
                Version = "0.0.0",
                Program = Path.Combine(AppContext.BaseDirectory, "mimo"),
            },
            CancellationToken.None);
    }
}
