using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Foundation.Configuration;

/// <summary>Setting settings in files that people wrote.</summary>
public sealed class ConfigWriterTests
{
    [Theory]
    [InlineData("", """{"a":1}""", "{\n  \"a\": 1\n}\n")]
    [InlineData("// mine\n", """{"a":1}""", "// mine\n{\n  \"a\": 1\n}\n")]
    [InlineData("{}", """{"a":"ctrl+ü"}""", "{\n  \"a\": \"ctrl+ü\"\n}")]
    [InlineData("{\"a\":1}", """{"b":2,"a":3}""", "{\"a\":3, \"b\": 2}")]
    [InlineData("{\n    // first\n    \"a\": 1, // why\n    \"b\": [1, 2], // last\n}\n", """{"a":2,"c":{"d":true}}""",
        "{\n    // first\n    \"a\": 2, // why\n    \"b\": [1, 2], // last\n    \"c\": {\n      \"d\": true\n    },\n}\n")]
    [InlineData("{\n  \"a\": {\n    \"x\": 1 // kept\n  }\n}", """{"a":{"y":2},"b":3}""", "{\n  \"a\": {\n    \"x\": 1, // kept\n    \"y\": 2\n  },\n  \"b\": 3\n}")]
    [InlineData("{\r\n\t\"a\": 1\r\n}\r\n", """{"b":[1]}""", "{\r\n\t\"a\": 1,\r\n\t\"b\": [\r\n\t  1\r\n\t]\r\n}\r\n")]
    [InlineData("{\"a\": {/* nothing yet */}}", """{"a":{"b":1}}""", "{\"a\": {/* nothing yet */\n  \"b\": 1\n}}")]
    [InlineData("{\n  \"a\": 1\n  /* the end */ , }", """{"b":1}""", "{\n  \"a\": 1\n  /* the end */ ,\n  \"b\": 1, }")]
    public void Leaves_everything_else_as_it_was_written(string text, string changes, string expected)
    {
        var changed = JsoncEdit.Apply(text, Parse(text), Parse(changes));
        Assert.Equal(expected, changed);
        Assert.Equal(Layer.Merge(Parse(text), Parse(changes)).ToString().Length, Parse(changed).ToString().Length);
    }

    [Fact]
    public void Sets_the_users_settings_in_the_file_that_has_the_last_word()
    {
        using var project = new TempProject();
        var folders = FoldersOf(project);
        Directory.CreateDirectory(folders.Config);
        File.WriteAllText(Path.Combine(folders.Config, "mimocode.json"), "{}");
        var file = Path.Combine(folders.Config, "mimocode.jsonc");
        File.WriteAllText(file, "{ // mine\n  \"model\": \"a/b\",\n}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var now = WriterOf(project).Set("""{"model":"c/d","username":"me"}""", forProject: false);
        Assert.Equal("{ // mine\n  \"model\": \"c/d\",\n  \"username\": \"me\",\n}\n", File.ReadAllText(file));
        Assert.Equal(("c/d", "me"), (now.Config.Model, now.Config.Username));
        Assert.Equal(["mimocode.json", "mimocode.jsonc"], Directory.GetFiles(folders.Config).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Sets_the_projects_settings_through_a_link_and_makes_a_file_when_there_is_none()
    {
        using var project = new TempProject((".git/HEAD", ""), ("below/x", ""), ("shared/real.json", "{}"));
        var writer = WriterOf(project, "below");
        writer.Set("""{"model":"a/b"}""", forProject: true);
        Assert.Equal("{\n  \"model\": \"a/b\"\n}\n", File.ReadAllText(project["mimocode.json"]));
        File.CreateSymbolicLink(project["below/mimocode.json"], project["shared/real.json"]);
        writer.Set("""{"model":"c/d"}""", forProject: true);
        Assert.Equal("{\n  \"model\": \"c/d\"\n}", File.ReadAllText(project["shared/real.json"]));
        Assert.NotNull(File.ResolveLinkTarget(project["below/mimocode.json"], false));
    }

    [Theory]
    [InlineData("{\"model\": }", """{"username":"me"}""")]
    [InlineData("{}", """{"usernam":"me"}""")]
    [InlineData("{}", """{"username":5}""")]
    [InlineData("{}", """{"username":null}""")]
    [InlineData("{}", """{"server":{"port":1}}""")]
    [InlineData("{}", """{"theme":"dark"}""")]
    public void Refuses_what_cannot_be_set_and_changes_nothing(string text, string changes)
    {
        using var project = new TempProject(("mimocode.json", text));
        Assert.Throws<UserException>(() => WriterOf(project).Set(changes, forProject: true));
        Assert.Equal(text, File.ReadAllText(project["mimocode.json"]));
        Assert.Single(Directory.GetFiles(project.Root));
    }

    [Fact]
    public void What_was_hidden_stays_what_it_is()
    {
        const string text = """{"provider":{"x":{"options":{"apiKey":"real","baseURL":"http://127.0.0.1:1"}}}}""";
        using var project = new TempProject();
        var writer = WriterOf(project);
        writer.Set(text, forProject: false);
        writer.Set(Secrets.Hide(Parse(text)).ToString().Replace(":1\"", ":2\"", StringComparison.Ordinal), forProject: false);
        var written = File.ReadAllText(Path.Combine(FoldersOf(project).Config, "mimocode.json"));
        Assert.Contains("\"real\"", written, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:2", written, StringComparison.Ordinal);
    }

    private static ObjectNode Parse(string text) => new JsoncParser(text, "test", []).ParseObject();

    private static EnvironmentVariables EnvironmentOf(TempProject project) => new([new("HOME", project.Home)]);

    private static Folders FoldersOf(TempProject project) => new(EnvironmentOf(project));

    private static ConfigWriter WriterOf(TempProject project, string folder = ".") =>
        new(EnvironmentOf(project), FoldersOf(project), ProjectFolders.Of(project[folder]));
}
