using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// Judges a command some of whose words become known only when it runs. Where such a word could choose another deed, or a file that
/// may not be touched, nobody can say what the command does; elsewhere it is data.
/// </summary>
internal static class OpenWords
{
    /// <summary>To these a word is text.</summary>
    private static readonly FrozenSet<string> Texts = FrozenSet.Create(StringComparer.Ordinal,
        "echo", "printf", "true", "false", ":", "test", "[", "expr", "seq", "sleep", "basename", "dirname", "exit", "return", "shift", "break", "continue", "wait", "export", "local");

    /// <summary>What git does with them is in their name, whatever follows.</summary>
    private static readonly FrozenSet<string> GitTexts = FrozenSet.Create(StringComparer.Ordinal,
        "commit", "add", "log", "show", "diff", "status", "rev-parse", "ls-files", "merge-base", "rev-list", "describe", "config");

    /// <summary>Unclear when a word of argv is open that matters; otherwise what the program itself is.</summary>
    /// <param name="argv">The command, and nothing that wraps it.</param>
    /// <param name="isOpen">Whether a word is known only when it runs.</param>
    /// <param name="ofProgram">What its known words say.</param>
    public static Risk Of(string[] argv, Predicate<string> isOpen, Risk ofProgram)
    {
        var program = ProgramRisk.Name(argv[0]);
        var open = Array.Find(argv, isOpen);
        if (open is null || Texts.Contains(program))
            return ofProgram;
        var matters = program switch
        {
            "git" => argv.Length < 2 || isOpen(argv[1]) || !GitTexts.Contains(argv[1]),
            _ when ProgramRisk.RunsScripts(program) => ChoosesScript(argv, isOpen),
            _ when ProgramRisk.HasDeeds(program) => argv.Skip(1).Take(2).Any(word => isOpen(word)),
            _ => ofProgram.Level is RiskLevel.ReadOnly || CommandPaths.Writes(program) || (ProgramRisk.HasUnsafeOptions(program) && argv.Any(word => isOpen(word) && word[0] is '$' or '`')),
        };
        return matters ? Risk.Worse(ofProgram, new Risk(RiskLevel.Unclear, $"{program} with {open}, which is known only when it runs")) : ofProgram;
    }

    /// <summary>Whether the script that is run is open itself: the first operand, or the text behind an option.</summary>
    public static bool ChoosesScript(string[] argv, Predicate<string> isOpen) =>
        argv.Length > 1 && (isOpen(argv[1]) || (argv.Length > 2 && argv[1] is ['-', ..] && isOpen(argv[2])));
}
