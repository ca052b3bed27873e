namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>How a command is judged, from harmless to catastrophic. From <see cref="Publishing"/> on no rule pre-approves it.</summary>
internal enum RiskLevel
{
    /// <summary>Only looks.</summary>
    ReadOnly,

    /// <summary>May change files and run code of the project.</summary>
    Ordinary,

    /// <summary>What it does cannot be known, or reaches outside: ask, unless a rule names it.</summary>
    Unclear,

    /// <summary>Makes something public: always ask.</summary>
    Publishing,

    /// <summary>Loses work or ends processes: always ask.</summary>
    Destructive,

    /// <summary>Loses everything: deny.</summary>
    Catastrophic,
}

/// <summary>What a program does with a path that is among its arguments.</summary>
internal enum PathUse
{
    Read,
    Write,
    Delete,

    /// <summary>Deletes some of what lies below it.</summary>
    Sweep,
}

/// <param name="Path">As written; to be resolved from <paramref name="Directory"/>.</param>
/// <param name="Directory">Where the command runs, relative to the start, after the cd's before it; empty at the start.</param>
/// <param name="Use">What becomes of it.</param>
internal sealed record PathOperand(string Path, string Directory, PathUse Use)
{
    /// <summary>It is meant only if this folder cannot be entered, from the start; null: always.</summary>
    public string? Unless { get; init; }

    /// <summary>When it is a folder: what of it is read; null: only the folder itself is touched.</summary>
    public TreeReading? Tree { get; init; }
}

/// <summary>A folder in which a command may run, as seen from the start. Unless: only when a cd into that folder failed.</summary>
internal readonly record struct WorkingFolder(string Path, string? Unless);

/// <param name="Level">The judgement.</param>
/// <param name="Reason">Why, in a few words for a person; empty when there is nothing to say.</param>
internal readonly record struct Risk(RiskLevel Level, string Reason = "")
{
    public static Risk Worse(Risk a, Risk b) => b.Level > a.Level ? b : a;
}

/// <param name="Argv">The command as it would run.</param>
/// <param name="Risk">Of this command alone; a wrapper is judged together with what it starts.</param>
/// <param name="Paths">The files it names.</param>
/// <param name="IsWrapper">It only starts other commands, which are in the list too.</param>
internal sealed record JudgedCommand(IReadOnlyList<string> Argv, Risk Risk, IReadOnlyList<PathOperand> Paths, bool IsWrapper);

/// <summary>What a command line would do, as far as it can be known without running it.</summary>
/// <param name="Commands">Every command, also those that wrappers, substitutions and inner shells would start.</param>
/// <param name="Doubts">Why it is not provably a list of plain commands; with any doubt, ask.</param>
/// <param name="Risk">The worst of all commands; at least unclear when there is a doubt.</param>
internal sealed record CommandRisk(IReadOnlyList<JudgedCommand> Commands, ShellDoubt Doubts, Risk Risk)
{
    /// <summary>No allow rule, grant or mode may answer for the person.</summary>
    public bool MustAsk => Risk.Level >= RiskLevel.Publishing;

    public static CommandRisk Of(string script)
    {
        var judge = new CommandJudge();
        judge.Read(script);
        return new CommandRisk(judge.Commands, judge.Doubts, judge.Worst);
    }
}
