using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit.ModelServer;
using ScriptedModels = MiMoCode.TestKit.ModelServer.ModelServer;

namespace MiMoCode.TestKit;

/// <summary>A whole workspace over a project and a home of its own, with a scripted model behind it, that can be closed and opened again.</summary>
internal sealed class WorkspaceHarness : IAsyncDisposable
{
    private readonly ScriptedModels models;
    private readonly Dictionary<string, string> variables;

    private AskPolicy policy;

    private WorkspaceHarness(TempProject project, ScriptedModels models, string settings, IReadOnlyDictionary<string, string>? more)
    {
        (Project, this.models) = (project, models);
        variables = new(more ?? new Dictionary<string, string>())
        {
            ["HOME"] = project.Home,
            ["MIMOCODE_HOME"] = Path.Combine(project.Home, "mimocode"),
            ["MIMOCODE_TEST_MANAGED_CONFIG_DIR"] = project.Home,
            ["MIMOCODE_CONFIG_CONTENT"] = settings,
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        };
    }

    public TempProject Project { get; }

    public Workspace Workspace { get; private set; } = null!;

    public string SessionId { get; private set; } = "";

    /// <summary>The requests that asked the model something, oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => models.Prompts;

    public string Memory => Path.Combine(Project.Home, "mimocode/data/memory");

    public string Database => Path.Combine(Project.Home, "mimocode/data/mimocode.db");

    /// <param name="script">What the model answers.</param>
    /// <param name="context">The tokens of its window.</param>
    /// <param name="settings">More settings, as JSON members.</param>
    /// <param name="environment">More variables.</param>
    /// <param name="hasPerson">Somebody stays, and is asked.</param>
    public static async Task<WorkspaceHarness> StartAsync(
        Func<ReceivedRequest, Reply> script, int context = 128_000, string settings = "", IReadOnlyDictionary<string, string>? environment = null,
        bool hasPerson = false)
    {
        var models = await ScriptedModels.StartAsync(script);
        var config = $$"""
            {
              "model": "test/scripted", {{(settings.Length > 0 ? settings + "," : "")}}
              "provider": { "test": { "npm": "@ai-sdk/openai-compatible", "options": { "baseURL": "{{models.BaseUrl}}", "apiKey": "k" },
                "models": { "scripted": { "limit": { "context": {{context}}, "output": 4000 } } } } }
            }
            """;
        var harness = new WorkspaceHarness(new TempProject(("readme.md", "hello\n")), models, config, environment) { policy = hasPerson ? AskPolicy.Wait : AskPolicy.Refuse };
        await harness.OpenAsync();
        harness.SessionId = (await harness.Workspace.Sessions.CreateAsync(new CreateSession(), CancellationToken.None)).Id;
        return harness;
    }

    /// <summary>Closes the workspace as the end of the program does, and opens it again as its next start.</summary>
    public async Task RestartAsync()
    {
        await Workspace.DisposeAsync();
        await OpenAsync();
    }

    public async Task<string> AskAsync(string text, string? session = null)
    {
        var accepted = await Workspace.Talk.PromptAsync(
            session ?? SessionId, new PromptRequest { Parts = [new PromptText(text)], Model = new ModelRef("test", "scripted") }, CancellationToken.None);
        var end = await Workspace.Talk.WaitAsync(session ?? SessionId, accepted.MessageId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        return string.Concat(end.Reply?.Parts.OfType<TextPart>().Select(part => part.Text) ?? []);
    }

    public Task<PromptAccepted> CommandAsync(string command, string arguments = "") =>
        Workspace.Talk.CommandAsync(SessionId, new CommandRequest(command, arguments), CancellationToken.None);

    /// <summary>A second look at what is stored, by a connection of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<Database, T> read)
    {
        await using var database = await Engine.Foundation.Storage.Database.OpenAsync(Database, TimeProvider.System, CancellationToken.None);
        return read(database);
    }

    public async ValueTask DisposeAsync()
    {
        await Workspace.DisposeAsync();
        await models.DisposeAsync();
        Project.Dispose();
    }

    private async Task OpenAsync()
    {
        var environment = new EnvironmentVariables(variables);
        Workspace = await Workspace.OpenAsync(
            new WorkspaceOptions
            {
                Directory = Project.Root, Environment = environment, Folders = new Folders(environment), AskPolicy = policy,
                Version = "0", Program = Path.Combine(AppContext.BaseDirectory, "mimo"),
            },
            CancellationToken.None);
    }
}
