using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>A project, an empty home whose settings name a scripted model, and the program between them.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Key = "sk-canary-4711";
    private readonly Dictionary<string, string> _environment = [];

    private Scene(TempProject project, ModelServer server)
    {
        (Project, Server) = (project, server);
        Settings = new JsonObject
        {
            ["model"] = "test/scripted",
            ["provider"] = new JsonObject
            {
                ["test"] = new JsonObject
                {
                    ["npm"] = "@ai-sdk/openai-compatible",
                    ["options"] = new JsonObject { ["baseURL"] = server.BaseUrl, ["apiKey"] = Key },
                    ["models"] = new JsonObject
                    {
                        ["scripted"] = new JsonObject { ["limit"] = new JsonObject { ["context"] = 128_000, ["output"] = 8_000 } },
                    },
                },
            },
        };
    }

    public TempProject Project { get; }

    public ModelServer Server { get; }

    /// <summary>What stands in the person's own settings file; written before every start.</summary>
    public JsonObject Settings { get; }

    /// <summary>More variables for the program.</summary>
    public IDictionary<string, string> Environment => _environment;

    /// <summary>The program's own folder for settings, data and state.</summary>
    public string Home => Path.Combine(Project.Home, "mimocode");

    public string Database => Path.Combine(Home, "data", "mimocode.db");

    public static async Task<Scene> OpenAsync(TempProject project, params Reply[] replies) =>
        new(project, await ModelServer.StartAsync(replies));

    public static async Task<Scene> OpenAsync(TempProject project, Func<ReceivedRequest, Reply> script) =>
        new(project, await ModelServer.StartAsync(script));

    public static Task<Scene> OpenAsync(params Reply[] replies) => OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), replies);

    /// <summary>Runs the program to its end, with its input closed.</summary>
    public async Task<Exit> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        return await process.WaitAsync();
    }

    /// <summary>Runs it as programs do: one JSON object per line.</summary>
    public async Task<(Exit Exit, IReadOnlyList<JsonObject> Records)> RunJsonAsync(params string[] arguments)
    {
        var exit = await RunAsync(["run", "--format", "json", .. arguments]);
        return (exit, Records(exit.Output));
    }

    public MimoProcess Start(IEnumerable<string> arguments, bool keepInputOpen = false)
    {
        // Only when they changed: another process may be reading them.
        var (path, settings) = (Path.Combine(Home, "config/mimocode.json"), Settings.ToJsonString());
        if (!File.Exists(path) || File.ReadAllText(path) != settings) { Write("config/mimocode.json", settings); }
        return MimoProcess.Start(Project, arguments, _environment, keepInputOpen);
    }

    /// <summary>Writes a file below <see cref="Home"/>.</summary>
    public string Write(string path, string text)
    {
        var full = Path.Combine(Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    /// <summary>The whole lines of an output as objects; a line that was cut by a crash is not one.</summary>
    public static IReadOnlyList<JsonObject> Records(string output) =>
        [.. output[..(output.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Project.Dispose();
    }
}
