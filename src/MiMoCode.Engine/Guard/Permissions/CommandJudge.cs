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
        if ((Doubts & ShellDoubt.Riddle) != 0)
            Note(new Risk(RiskLevel.Unclear, $"not to be read as a list of commands ({Doubts & ShellDoubt.Riddle})"));
        else if (!script.IsPlain)
            Note(new Risk(RiskLevel.Ordinary));
        var variables = new ShellVariables(script.Commands);

        // Where a command runs after a cd that may have failed is not sure; in a script that does not run in order nothing is.
        IReadOnlyList<WorkingFolder> folders = start, all = start;
        for (var i = 0; i < script.Commands.Count && depth <= DeepestShell; i++)
        {
            var command = script.Commands[i];
            folders = command.Join is "&&" && script.RunsInOrder ? folders : all;
            Connections(command, variables, folders);
            if (command.Words.Count == 0)
                continue;
            Command(command, variables, folders, depth);
            var piped = command.Join is "|" or "|&" || (i + 1 < script.Commands.Count && script.Commands[i + 1].Join is "|" or "|&");
            if (command.Words is not [{ Text: "cd", Literal: true }, ..] || piped)
                continue;
            var entered = Enter(folders, command, variables);
            all = [.. entered, .. folders.Select((folder, at) => script.RunsInOrder ? folder with { Unless = entered[at].Path } : folder), .. all.Except(folders)];
            folders = entered;
            if (all.Count > MostFolders)
                Lose(ShellDoubt.TooLarge, "cd to too many places");
        }
    }

    private void Command(ShellCommand command, ShellVariables variables, IReadOnlyList<WorkingFolder> folders, int depth)
    {
        if (variables.Expand(command.Words) is not { } alternatives)
        {
            Lose(ShellDoubt.TooLarge, "too many values of a variable");
            return;
        }

        var inputIsShown = command.Redirections.Any(redirection => !redirection.NamesFile);
        foreach (var words in alternatives)
        {
            // A word keeps its identity when a wrapper around it is taken off: two equal texts may differ in what is known of them.
            var doubts = new Dictionary<string, ShellDoubt>(ReferenceEqualityComparer.Instance);
            foreach (var word in words.Where(word => !word.Literal))
                doubts[word.Text] = word.Doubts;
            Command([.. words.Select(word => word.Text)], doubts, inputIsShown, folders, depth);
        }
    }

    private void Command(string[] argv, Dictionary<string, ShellDoubt> doubts, bool inputIsShown, IReadOnlyList<WorkingFolder> folders, int depth)
    {
        var started = CommandWrappers.Unwrap(argv);
        var risk = started is null ? OpenWords.Of(argv, IsOpen, ProgramRisk.Of(argv, inputIsShown)) : OfWrapper(started, ProgramRisk.Of(argv, inputIsShown));
        if (started is { Script: null, Commands: [] } && ProgramRisk.RunsScripts(ProgramRisk.Name(argv[0])) && OpenWords.ChoosesScript(argv, IsOpen))
            risk = Risk.Worse(risk, new Risk(RiskLevel.Unclear, $"{argv[0]} runs a script that is known only when it runs"));
        if (doubts.ContainsKey(argv[0]) || argv[0].Any(c => c > '~'))
            risk = Risk.Worse(risk, new Risk(RiskLevel.Unclear, "the program is not named plainly"));
        Commands.Add(new JudgedCommand(argv, risk, CommandPaths.Of(argv, folders), started is not null));
        Note(risk);
        if (started is null)
            return;
        if (started.Script is { } script)
            Inner(script, IsOpen(script), folders, depth);
        foreach (var inner in started.Commands.Where(inner => inner.Length > 0))
        {
            if (depth < DeepestShell)
                Command(inner, doubts, inputIsShown, folders, depth + 1);
            else
                Lose(ShellDoubt.TooLarge, "too many programs that start one another");
        }

        bool IsOpen(string word) => doubts.TryGetValue(word, out var doubt) && (doubt != ShellDoubt.Pattern || PathPattern.HidesFolders(word));
    }

    private void Inner(string script, bool isOpen, IReadOnlyList<WorkingFolder> folders, int depth)
    {
        if (isOpen)
            Lose(ShellDoubt.Disguise, "a script for another shell that is known only when it runs");
        Script(script, folders, depth + 1);
    }

    /// <summary>That a wrapper itself is no known program says nothing; what it starts is judged on its own.</summary>
    private static Risk OfWrapper(StartedByWrapper started, Risk ofProgram) =>
        ofProgram.Level <= RiskLevel.Ordinary ? started.Risk : Risk.Worse(started.Risk, ofProgram);

    /// <summary>The files a command is connected with, and those that variables set before it may name.</summary>
    private void Connections(ShellCommand command, ShellVariables variables, IReadOnlyList<WorkingFolder> folders)
    {
        var paths = new List<(string Path, PathUse Use)>();
        foreach (var redirection in command.Redirections.Where(redirection => redirection.NamesFile))
        {
            foreach (var target in variables.Expand(redirection.Target))
                Connect(redirection, target, paths);
        }

        foreach (var assignment in command.Assignments)
        {
            var equals = assignment.Text.IndexOf('=', StringComparison.Ordinal);
            paths.Add((assignment.Text[(equals + 1)..], PathUse.Read));
            if (ShellVariables.IsDangerous(assignment.Text[..equals]))
                Commands.Add(new JudgedCommand([assignment.Text], new Risk(RiskLevel.Unclear, $"{assignment.Text[..equals]} changes what programs do"), [], true));
        }

        paths.RemoveAll(word => word.Path.Length == 0);
        if (paths.Count == 0)
            return;
        var level = paths.Exists(word => word.Use is PathUse.Write) ? RiskLevel.Ordinary : RiskLevel.ReadOnly;
        Commands.Add(new JudgedCommand(
            [], new Risk(level),
            [.. from word in paths from folder in folders select new PathOperand(word.Path, folder.Path, word.Use) { Unless = folder.Unless }], true));
    }

    private void Connect(ShellRedirection redirection, ShellWord target, List<(string Path, PathUse Use)> paths)
    {
        var isNetwork = target.Text.StartsWith("/dev/tcp/", StringComparison.Ordinal) || target.Text.StartsWith("/dev/udp/", StringComparison.Ordinal);
        if (isNetwork || (!target.Literal && !redirection.Operator.EndsWith('&')))
            Commands.Add(new JudgedCommand([target.Text], new Risk(RiskLevel.Unclear, $"{redirection.Operator} {target.Text}, which cannot be known"), [], true));
        paths.Add((target.Text, redirection.Writes ? PathUse.Write : PathUse.Read));
    }

    private List<WorkingFolder> Enter(IReadOnlyList<WorkingFolder> folders, ShellCommand command, ShellVariables variables)
    {
        var targets = command.Words is [_, var word] ? variables.Expand(word) : [];
        if (targets.Count > 0 && targets.All(target => target.Literal && target.Text is not [] and not ['-', ..]))
            return [.. from folder in folders from target in targets select folder with { Path = Path.Combine(folder.Path, target.Text) }];
        Lose(ShellDoubt.Place, "cd to a place that cannot be known");
        return [.. folders];
    }

    private void Lose(ShellDoubt doubt, string reason)
    {
        Doubts |= doubt;
        Note(new Risk(RiskLevel.Unclear, reason));
    }

    private void Note(Risk risk) => Worst = Risk.Worse(Worst, risk);

    [GeneratedRegex(@"(?<![\w:.-])(?<f>(?>[\w:.-]+))\s*\(\s*\)\s*\{\s*\k<f>\s*\|\s*\k<f>\s*&\s*\}")]
    private static partial Regex ForkBomb();
}
