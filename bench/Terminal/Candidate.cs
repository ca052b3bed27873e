using System.Text.Json;

namespace MiMoCode.Bench.Terminal;

/// <summary>A program to be measured, with a home of its own in which a scripted model is set up.</summary>
internal sealed class Candidate : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mimo-terminal-bench-");

    public Candidate(string program, string modelUrl)
    {
        Program = Path.GetFullPath(program);
        Name = Path.GetFileName(program);
        Project = folder.CreateSubdirectory("project").FullName;
        Home = folder.CreateSubdirectory("home").FullName;
        File.WriteAllText(Path.Combine(Project, "README.md"), "# A project\n");
        switch (Name)
        {
            case "codex": SetUpCodex(modelUrl); break;
            case "opencode": SetUpOpencode(modelUrl); break;
            default: SetUpMimo(modelUrl); break;
        }
    }

    public string Program { get; }

    public string Name { get; }

    public string Project { get; }

    public string Home { get; }

    public PtyProcess Start(params string[] arguments) => PtyProcess.Start(Program, arguments, Project, Environment(), 120, 40);

    /// <summary>The environment of a person who has nothing but this home.</summary>
    public Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = Home, ["MIMOCODE_HOME"] = Path.Combine(Home, "mimo"), ["CODEX_HOME"] = Path.Combine(Home, "codex"),
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin", ["DOTNET_ROOT"] = System.Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "",
        ["TERM"] = "xterm-256color", ["COLORTERM"] = "truecolor", ["LANG"] = "C.UTF-8", ["OPENAI_API_KEY"] = "none",
        ["OPENCODE_DISABLE_AUTOUPDATE"] = "1", ["OPENCODE_DISABLE_MODELS_FETCH"] = "1",
    };

    public void Dispose() => folder.Delete(recursive: true);

    private void SetUpMimo(string url)
    {
        Write("mimo/config/mimocode.json", JsonSerializer.Serialize(new { model = "test/scripted", provider = Provider(url) }));
        Write("mimo/state/trusted-folders.json", JsonSerializer.Serialize<string[]>([Project]));
    }

    private void SetUpOpencode(string url) => Write(
        ".config/opencode/opencode.json", JsonSerializer.Serialize(new { model = "test/scripted", share = "disabled", autoupdate = false, provider = Provider(url) }));

    private void SetUpCodex(string url) => Write("codex/config.toml", $"""
        model = "scripted"
        model_provider = "test"
        check_for_update_on_startup = false
        [model_providers.test]
        name = "test"
        base_url = "{url}"
        wire_api = "responses"
        [projects."{Project}"]
        trust_level = "trusted"
        """);

    private static object Provider(string url) => new
    {
        test = new
        {
            npm = "@ai-sdk/openai-compatible", name = "test", options = new { baseURL = url, apiKey = "none" },
            models = new { scripted = new { name = "scripted", limit = new { context = 1_000_000, output = 32_000 } } },
        },
    };

    private void Write(string path, string text)
    {
        var file = Path.Combine(Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
