using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.TestKit;

/// <summary>A command line and what is to become of it: allow, ask or deny.</summary>
internal sealed record CommandCase(string Number, string Topic, string Expected, string Command);

/// <summary>The committed list of command lines that try to get past the rules, and the folder they are about.</summary>
internal static partial class CommandCases
{
    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<CommandCase> Read()
    {
        var cases = new List<CommandCase>();
        var (number, topic) = ("", "");
        foreach (var line in File.ReadLines(Repository.Path("tests/MiMoCode.Tests/Guard/Permissions/commands.txt")))
        {
            if (line is ['[', ..])
                (number, topic) = (line[1..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..^1]);
            else if (line is not [] and not ['#', ..] && line.Split('\t', 2) is [var expected, var command])
                cases.Add(new CommandCase(number, topic, expected, Escape().Replace(command, Unescaped)));
        }

        return cases;
    }

    /// <summary>The folder that the list speaks of.</summary>
    public static TempProject Project()
    {
        var project = new TempProject((".env", "KEY=1\n"), ("sub/.env.local", "KEY=2\n"), ("a.txt", "one\n"), ("src/a.cs", "x\n"));
        File.CreateSymbolicLink(project["plain.txt"], project[".env"]);
        File.CreateSymbolicLink(project["innocent"], "/etc/hostname");
        return project;
    }

    private static string Unescaped(Match match) => match.Value switch
    {
        "\\n" => "\n",
        "\\r" => "\r",
        "\\t" => "\t",
        "\\\\" => "\\",
        var code => ((char)int.Parse(code.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
    };

    [GeneratedRegex(@"\\([nrt\\]|u[0-9a-f]{4})")]
    private static partial Regex Escape();
}
