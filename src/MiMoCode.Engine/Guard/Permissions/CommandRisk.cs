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
}

/// <param name="Path">As written; to be resolved from <paramref name="Directory"/>.</param>
/// <param name="Directory">Where the command runs, relative to the start, after the cd's before it; empty at the start.</param>
/// <param name="Use">What becomes of it.</param>
internal sealed record PathOperand(string Path, string Directory, PathUse Use);

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
    private const int DeepestShell = 5;

    /// <summary>No allow rule, grant or mode may answer for the person.</summary>
    public bool MustAsk => Risk.Level >= RiskLevel.Publishing;

    public static CommandRisk Of(string script)
    {
        var judge = new Judge();
        judge.Script(script, directory: "", depth: 0);
        return new CommandRisk(judge.Commands, judge.Doubts, judge.Worst);
    }

    private sealed class Judge
    {
        public List<JudgedCommand> Commands { get; } = [];

        public ShellDoubt Doubts { get; private set; }

        public Risk Worst { get; private set; }

        public void Script(string text, string directory, int depth)
        {
            var script = ShellParser.Parse(text);
            Doubts |= script.Doubts;
            if (depth > DeepestShell)
                Doubts |= ShellDoubt.TooLarge;
            if (!script.IsPlain || depth > DeepestShell)
                Note(new Risk(RiskLevel.Unclear, $"not a list of plain commands ({script.Doubts})"));
            for (var i = 0; i < script.Commands.Count && depth <= DeepestShell; i++)
            {
                var command = script.Commands[i];
                Redirections(command, directory);
                if (command.Words.Count == 0)
                    continue;
                Command(command.Argv, command.Words[0].Literal, directory, depth);
                var piped = command.Join is "|" or "|&" || (i + 1 < script.Commands.Count && script.Commands[i + 1].Join is "|" or "|&");
                if (command.Words is [{ Text: "cd", Literal: true }, ..] && !piped)
                    directory = Enter(directory, command);
            }
        }

        private void Command(string[] argv, bool programIsLiteral, string directory, int depth)
        {
            if (!programIsLiteral || argv[0].Any(c => c > '~'))
                Note(new Risk(RiskLevel.Unclear, "the program is not named plainly"));
            var started = CommandWrappers.Unwrap(argv);
            var risk = started is null ? ProgramRisk.Of(argv) : OfWrapper(started, ProgramRisk.Of(argv));
            Commands.Add(new JudgedCommand(argv, risk, CommandPaths.Of(argv, directory), started is not null));
            Note(risk);
            if (started is null)
                return;
            if (started.Script is { } script)
                Script(script, directory, depth + 1);
            foreach (var inner in started.Commands.Where(inner => inner.Length > 0))
            {
                if (depth < DeepestShell)
                    Command(inner, programIsLiteral: true, directory, depth + 1);
                else
                    Doubts |= ShellDoubt.TooLarge;
            }
        }

        /// <summary>That a wrapper itself is no known program says nothing; what it starts is judged on its own.</summary>
        private static Risk OfWrapper(StartedByWrapper started, Risk ofProgram) =>
            ofProgram.Level <= RiskLevel.Ordinary ? started.Risk : Risk.Worse(started.Risk, ofProgram);

        private void Redirections(ShellCommand command, string directory)
        {
            var files = command.Redirections.Where(redirection => redirection.NamesFile)
                .Select(to => new PathOperand(to.Target.Text, directory, to.Writes ? PathUse.Write : PathUse.Read)).ToList();
            if (files.Count > 0)
                Commands.Add(new JudgedCommand([], new Risk(files.Any(file => file.Use == PathUse.Write) ? RiskLevel.Ordinary : RiskLevel.ReadOnly), files, true));
        }

        private string Enter(string directory, ShellCommand command)
        {
            if (command.Words is [_, { Literal: true } target] && target.Text is not "-" and not "" && !target.Text.StartsWith('-'))
                return Path.Combine(directory, target.Text);
            Doubts |= ShellDoubt.Expansion;
            Note(new Risk(RiskLevel.Unclear, "cd to a place that cannot be known"));
            return directory;
        }

        private void Note(Risk risk) => Worst = Risk.Worse(Worst, risk);
    }
}
