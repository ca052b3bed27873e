using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MiMoCode.App.Server;
using MiMoCode.App.Server.Access;
using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.TestKit.ModelServer;
using ScriptedModels = MiMoCode.TestKit.ModelServer.ModelServer;

namespace MiMoCode.TestKit;

/// <summary>A real server on loopback over a project and a home of its own, with a scripted model behind it.</summary>
internal sealed class ServerHarness : IAsyncDisposable
{
    public const string Password = "open sesame";
    private HttpServer server;

    private ServerHarness(TempProject project, ScriptedModels models, HttpServer server, ServerOptions options)
    {
        (Project, Models, this.server, Options) = (project, models, server, options);
        Client = NewClient();
    }

    public TempProject Project { get; }

    public ScriptedModels Models { get; }

    public ServerOptions Options { get; }

    /// <summary>Logged in.</summary>
    public HttpClient Client { get; private set; }

    public Uri Url => server.Url;

    /// <summary>What the server wrote about bugs.</summary>
    public string Log => Options.Log.ToString()!;

    public static async Task<ServerHarness> StartAsync(Func<ServerOptions, ServerOptions>? change = null, params Reply[] replies)
    {
        var project = new TempProject(("readme.md", "hello\n"));
        var models = await ScriptedModels.StartAsync(replies);
        var environment = EnvironmentOf(project, models);
        var log = new StringWriter();
        var options = new ServerOptions
        {
            Workspace = new WorkspaceOptions
            {
                Directory = project.Root,
                Environment = environment,
                Folders = new Folders(environment),
                AskPolicy = AskPolicy.Wait,
                Version = "0.0.0",
                Program = Path.Combine(AppContext.BaseDirectory, "mimo"),
            },
            Login = Login.WithPassword(Password, "mimocode"),
            Log = log,
        };
        options = change?.Invoke(options) ?? options;
        return new ServerHarness(project, models, await HttpServer.StartAsync(options, CancellationToken.None), options);
    }

    /// <summary>What a program needs to use the scripted model in a home of the project's own.</summary>
    public static EnvironmentVariables EnvironmentOf(TempProject project, ScriptedModels models) => new(
    [
        new("HOME", project.Home),
        new("MIMOCODE_HOME", Path.Combine(project.Home, "mimocode")),
        new("MIMOCODE_TEST_MANAGED_CONFIG_DIR", project.Home),
        new("PATH", Environment.GetEnvironmentVariable("PATH")!),
        new("MIMOCODE_CONFIG_CONTENT", ConfigOf(models)),
    ]);

    /// <summary>Settings that make the scripted model the one to use.</summary>
    public static string ConfigOf(ScriptedModels models) => $$"""
        {
          "model": "scripted/model",
          "provider": { "scripted": { "npm": "@ai-sdk/openai-compatible", "options": { "baseURL": "{{models.BaseUrl}}", "apiKey": "k" }, "models": { "model": {} } } }
        }
        """;

    /// <summary>A client with a connection of its own; without a password it is a stranger.</summary>
    public HttpClient NewClient(string? password = Password)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server.Url.ToString().TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(30) };
        if (password is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{password}")));
        return client;
    }

    /// <summary>Ends the server and starts another one on the same database.</summary>
    public async Task RestartAsync()
    {
        await server.DisposeAsync();
        server = await HttpServer.StartAsync(Options, CancellationToken.None);
        Client.Dispose();
        Client = NewClient();
    }

    /// <summary>The workspace of the project, kept open until the use is disposed.</summary>
    public Task<WorkspaceUse> UseAsync() => server.Workspaces.UseAsync(null, CancellationToken.None);

    public Task ReloadAsync() => server.Workspaces.ReloadAsync(CancellationToken.None);

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<JsonElement> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>The answer's body; fails when it is no success.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, answer) = await AskAsync(method, path, body);
        return status is HttpStatusCode.OK or HttpStatusCode.NoContent ? answer : throw new InvalidOperationException($"{method} {path}: {(int)status} {answer}");
    }

    /// <summary>The status and the body, whatever they are.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path.TrimStart('/'));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length is 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>A new session's id.</summary>
    public async Task<string> NewSessionAsync() => (await PostAsync("/session", "{}")).GetProperty("id").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
        await Models.DisposeAsync();
        Project.Dispose();
    }
}
