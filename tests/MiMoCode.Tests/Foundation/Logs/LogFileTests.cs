using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Logs;
using MiMoCode.Protocol.Configuration;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Foundation.Logs;

/// <summary>What is left behind for whoever looks for a fault.</summary>
public sealed class LogFileTests
{
    [Fact]
    public void Goes_on_in_another_file_when_one_is_large_and_keeps_the_newest_few()
    {
        using var project = new TempProject();
        var clock = new ManualClock();
        for (var i = 0; i < 12; i++)
            File.SetLastWriteTimeUtc(project.Write($"log/old-{i:00}.log", "old"), new DateTime(2020, 1, 1 + i, 0, 0, 0, DateTimeKind.Utc));
        using (var log = new LogFile(project["log"], LogLevel.Info, null, Secrets(project, "{}"), clock))
        {
            var line = new string('x', 100_000);
            for (var i = 0; i < 60; i++)
                log.Write(LogLevel.Info, line);
            log.Write(LogLevel.Info, "the last one");
        }

        var files = new DirectoryInfo(project["log"]).GetFiles();
        Assert.Equal(10, files.Length);
        Assert.Equal(2, files.Count(file => !file.Name.StartsWith("old-", StringComparison.Ordinal)));
        Assert.All(files, file => Assert.InRange(file.Length, 1, 5_200_000));
        Assert.Contains("the last one", files.Where(file => file.Name.EndsWith("-2.log", StringComparison.Ordinal)).Select(file => File.ReadAllText(file.FullName)).Single(), StringComparison.Ordinal);
        Assert.False(File.Exists(project["log/old-03.log"]));
    }

    [Fact]
    public void Hides_every_secret_that_is_known()
    {
        using var project = new TempProject();
        new AuthStore(project["auth.json"], TimeProvider.System).Set("one", Credential.OfKey("stored-canary"));
        var echo = new StringWriter();
        var secrets = Secrets(
            project,
            """{"provider":{"x":{"options":{"apiKey":"set-canary","baseURL":"http://me:url-canary@127.0.0.1/","headers":{"Authorization":"Bearer head-canary"}}}}}""",
            new("SOME_API_KEY", "variable-canary"), new("MIMOCODE_SERVER_PASSWORD", "password-canary"));
        using (var log = new LogFile(project["log"], LogLevel.Debug, echo, secrets, TimeProvider.System))
            log.Write(LogLevel.Error, "stored-canary set-canary me:url-canary url-canary head-canary variable-canary password-canary and what else was said");
        Assert.DoesNotContain("canary", echo.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", File.ReadAllText(Directory.GetFiles(project["log"]).Single()), StringComparison.Ordinal);
        Assert.EndsWith("and what else was said\n", echo.ToString(), StringComparison.Ordinal);
    }

    private static SecretTexts Secrets(TempProject project, string settings, params KeyValuePair<string, string>[] variables) => new(
        new JsoncParser(settings, "test", []).ParseObject(), new EnvironmentVariables([new("HOME", project.Home), .. variables]),
        new AuthStore(project["auth.json"], TimeProvider.System));
}
