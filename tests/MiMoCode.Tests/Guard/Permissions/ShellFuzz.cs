using System.Text;
using MiMoCode.Engine.Guard.Permissions;

namespace MiMoCode.Tests.Guard.Permissions;

/// <summary>What must hold for any command line; a few thousand times here, a million times by night.</summary>
internal static class ShellFuzz
{
    private static readonly string[] Pieces =
        ["p1", "p2", "p3", " ", " ", " ", "\t", "; ", " && ", "\n", "'a b'", "\"c d\"", "\\ ", "\\;", "x", "-o", "=", "''", "\"\"", "#", " # note\n",
         "\\\n", "\"\\$\"", "'$x'", ",", ".", "/", "%", "+", "{}", "]", "^", "é", "$", "*", "{a,b}", "$(p1)", "|", "&", ">", "~", "if ", "!", "(", ")", "`", "<<E\n", "${", "\"", "'"];

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var script = Encoding.UTF8.GetString(input);
        var risk = CommandRisk.Of(script);
        Assert.True((risk.Doubts & ShellDoubt.Riddle) == 0 || risk.Risk.Level >= RiskLevel.Unclear, script);
        foreach (var command in risk.Commands.Where(command => command.Argv.Count > 0))
            Assert.True(CommandPrefix.Of(command.Argv).Count >= 1);
    }

    public static string SomeScript(Random random)
    {
        // The first pieces are harmless; the further on, the rarer.
        var text = new StringBuilder("p0");
        for (var i = random.Next(12); i > 0; i--)
            text.Append(Pieces[random.Next(random.Next(4) > 0 ? 33 : Pieces.Length)]);
        return text.ToString();
    }
}
