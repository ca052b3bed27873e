using System.Diagnostics;
using System.Text;
using MiMoCode.Engine.Guard.Permissions;

namespace MiMoCode.Tests.Guard.Permissions;

/// <summary>
/// Whatever our parser calls plain, bash runs exactly so. Bash itself says what it would run, in a box without network, files or
/// programs: where PATH leads nowhere it hands every program to a function, and that reports the words instead.
/// </summary>
internal static class BashOracle
{
    /// <summary>Each script comes with its number, ended by NUL; the words of a command go out between U+0001, commands end with U+0002, a script with U+0003.</summary>
    private const string Driver = """
        report='command_not_found_handle() { local IFS=$'"'"'\\001'"'"'; printf "%s\\002" "$*" >&9; return 0; }'
        exec 9>&1; PATH=/none
        while IFS= read -r -d '' script; do
          /usr/bin/bash --norc --noprofile -c "exec 9>&1 < /dev/null; $report
        $script" 2> /dev/null
          printf '\003'
        done
        """;

    /// <summary>Compares so many scripts that the parser calls plain.</summary>
    public static void Compare(int plainScripts)
    {
        var scripts = Scripts().Take(plainScripts).ToList();
        var ran = Run(scripts.ConvertAll(script => script.Text));
        Assert.Equal(scripts.Count, ran.Count);
        foreach (var ((text, expected), commands) in scripts.Zip(ran))
        {
            // The parts of a pipe report in any order.
            var seen = commands.Order(StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(seen), $"{text}\nwe: {string.Join('§', expected)}\nbash: {string.Join('§', seen)}");
        }
    }

    private static IEnumerable<(string Text, List<string> Expected)> Scripts()
    {
        for (var seed = 0; ; seed++)
        {
            var text = ShellFuzz.SomeScript(new Random(seed));
            var parsed = ShellParser.Parse(text);

            // A path or a builtin is run without being reported.
            if (parsed.IsPlain && parsed.Commands.All(command => command.Argv[0] is ['p' or 'x', ..] && !command.Argv[0].Contains('/')))
                yield return (text, [.. parsed.Commands.Select(command => string.Join('\u0001', command.Argv)).Order(StringComparer.Ordinal)]);
        }
    }

    private static List<string[]> Run(List<string> scripts)
    {
        var start = new ProcessStartInfo("bwrap", [
            "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
            "--tmpfs", "/tmp", "--dev", "/dev", "--chdir", "/tmp", "/usr/bin/bash", "--norc", "--noprofile", "-c", Driver.Replace("\\\\", "\\", StringComparison.Ordinal)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        foreach (var script in scripts)
            process.StandardInput.Write(script + "\0");
        process.StandardInput.Close();
        process.WaitForExit();
        return [.. output.GetAwaiter().GetResult().Split('\u0003')[..^1].Select(each => each.Split('\u0002', StringSplitOptions.RemoveEmptyEntries))];
    }
}
