using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Goes through a script command by command, and into whatever wrappers and inner shells would start.</summary>
internal sealed partial class CommandJudge
{
    private const int DeepestShell = 5, MostFolders = 8;

    public List<JudgedCommand> Commands { get; } = [];

    public ShellDoubt Doubts { get; private set; }

    public Risk Worst { get; private set; }

    public void Read(string script)
    {
        if (ForkBomb().IsMatch(script))
            Note(new Risk(RiskLevel.Catastrophic, "a function that starts itself twice"));
        Script(script, [new WorkingFolder("", null)], depth: 0);
    }

    private void Script(string text, IReadOnlyList<WorkingFolder> start, int depth)
    {
        var script = ShellParser.Parse(text);
        Doubts |= script.Doubts;
        if (depth > DeepestShell)
            Doubts |= ShellDoubt.TooLarge;
        if (!script.IsPlain || depth > DeepestShell)
            Note(new Risk(RiskLevel.Unclear, $"not a list of plain commands ({script.Doubts})"));

        // Where a command runs after a cd that may have failed is not sure; in a script that is not plain nothing is.
        IReadOnlyList<WorkingFolder> folders = start, all = start;
        for (var i = 0; i < script.Commands.Count && depth <= DeepestShell; i++)
        {
            var command = script.Commands[i];
            folders = command.Join is "&&" && script.IsPlain ? folders : all;
            Connections(command, folders);
            if (command.Words.Count == 0)
                continue;
            Command(command.Argv, command.Words[0].Literal, folders, depth);
            var piped = command.Join is "|" or "|&" || (i + 1 < script.Commands.Count && script.Commands[i + 1].Join is "|" or "|&");
            if (command.Words is not [{ Text: "cd", Literal: true }, ..] || piped)
                continue;
            var entered = Enter(folders, command);
            all = [.. entered, .. folders.Select((folder, at) => script.IsPlain ? folder with { Unless = entered[at].Path } : folder), .. all.Except(folders)];
            folders = entered;
            if (all.Count > MostFolders)
                Lose(ShellDoubt.TooLarge, "cd to too many places");
        }
    }

    private void Command(string[] argv, bool programIsLiteral, IReadOnlyList<WorkingFolder> folders, int depth)
    {
        var started = CommandWrappers.Unwrap(argv);
        var risk = started is null ? ProgramRisk.Of(argv) : OfWrapper(started, ProgramRisk.Of(argv));
        if (!programIsLiteral || argv[0].Any(c => c > '~'))
            risk = Risk.Worse(risk, new Risk(RiskLevel.Unclear, "the program is not named plainly"));
        Commands.Add(new JudgedCommand(argv, risk, CommandPaths.Of(argv, folders), started is not null));
        Note(risk);
        if (started is null)
            return;
        if (started.Script is { } script)
            Script(script, folders, depth + 1);
        foreach (var inner in started.Commands.Where(inner => inner.Length > 0))
        {
            if (depth < DeepestShell)
                Command(inner, programIsLiteral: true, folders, depth + 1);
            else
                Lose(ShellDoubt.TooLarge, "too many programs that start one another");
        }
    }

    /// <summary>That a wrapper itself is no known program says nothing; what it starts is judged on its own.</summary>
    private static Risk OfWrapper(StartedByWrapper started, Risk ofProgram) =>
        ofProgram.Level <= RiskLevel.Ordinary ? started.Risk : Risk.Worse(started.Risk, ofProgram);

    /// <summary>The files a command is connected with, and those that variables set before it may name.</summary>
    private void Connections(ShellCommand command, IReadOnlyList<WorkingFolder> folders)
    {
        var words = command.Redirections.Where(redirection => redirection.NamesFile)
            .Select(to => (Path: to.Target.Text, Use: to.Writes ? PathUse.Write : PathUse.Read))
            .Concat(command.Assignments.Select(assignment => (Path: assignment[(assignment.IndexOf('=', StringComparison.Ordinal) + 1)..], Use: PathUse.Read)))
            .Where(word => word.Path.Length > 0).ToList();
        if (words.Count == 0)
            return;
        var level = words.Exists(word => word.Use is PathUse.Write) ? RiskLevel.Ordinary : RiskLevel.ReadOnly;
        Commands.Add(new JudgedCommand(
            [], new Risk(level),
            [.. from word in words from folder in folders select new PathOperand(word.Path, folder.Path, word.Use) { Unless = folder.Unless }], true));
    }

    private List<WorkingFolder> Enter(IReadOnlyList<WorkingFolder> folders, ShellCommand command)
    {
        if (command.Words is [_, { Literal: true } target] && target.Text is not "-" and not "" && !target.Text.StartsWith('-'))
            return [.. folders.Select(folder => folder with { Path = Path.Combine(folder.Path, target.Text) })];
        Lose(ShellDoubt.Expansion, "cd to a place that cannot be known");
        return [.. folders];
    }

    private void Lose(ShellDoubt doubt, string reason)
    {
        Doubts |= doubt;
        Note(new Risk(RiskLevel.Unclear, reason));
    }

    private void Note(Risk risk) => Worst = Risk.Worse(Worst, risk);

    [GeneratedRegex(@"(?<f>[\w:.-]+)\s*\(\s*\)\s*\{\s*\k<f>\s*\|\s*\k<f>\s*&\s*\}")]
    private static partial Regex ForkBomb();
}
