namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// Why a script is not provably a list of plain commands. Rules for single commands then say nothing about it; with a riddle
/// nobody can say what it does.
/// </summary>
[Flags]
internal enum ShellDoubt
{
    None = 0,
    Unparsable = 1,
    Expansion = 2,
    Substitution = 4,
    Subshell = 8,
    Redirection = 16,
    Background = 32,
    Assignment = 64,
    HereDocument = 128,
    ControlFlow = 256,
    Pattern = 512,
    OddCharacter = 1024,
    TooLarge = 2048,

    /// <summary>A cd to a place that is known only when it happens.</summary>
    Place = 4096,

    /// <summary>A spelling that hides what it says.</summary>
    Disguise = 8192,

    /// <summary>The doubts that leave open which commands would run, and where.</summary>
    Riddle = Unparsable | OddCharacter | TooLarge | Place | Disguise,
}

/// <param name="Text">What the program receives, quotes removed; as written where the shell makes something else of it.</param>
/// <param name="Doubts">What the shell would do with it first; none for a literal word.</param>
internal sealed record ShellWord(string Text, ShellDoubt Doubts)
{
    public bool Literal => Doubts == ShellDoubt.None;
}

/// <param name="Operator">As written, without the descriptor.</param>
/// <param name="Target">A file, or the delimiter of a here-document.</param>
internal sealed record ShellRedirection(string Operator, ShellWord Target)
{
    public bool Writes => Operator.Contains('>');

    public bool NamesFile => !Operator.StartsWith("<<", StringComparison.Ordinal);
}

/// <summary>One command that would run.</summary>
/// <param name="Join">The operator before it; empty for the first of a list.</param>
/// <param name="Words">The program and its arguments.</param>
/// <param name="Assignments">Variables it sets, as name=value; those of a loop have each of its words once.</param>
/// <param name="Redirections">Files it is connected with.</param>
internal sealed record ShellCommand(
    string Join, IReadOnlyList<ShellWord> Words, IReadOnlyList<ShellWord> Assignments, IReadOnlyList<ShellRedirection> Redirections)
{
    public string[] Argv => [.. Words.Select(word => word.Text)];
}

/// <summary>
/// What a command line would run. Only when <see cref="IsPlain"/> is the list complete and exact; otherwise it holds whatever
/// could be recognised, also inside substitutions and control flow, so that a dangerous command is seen wherever it stands.
/// </summary>
internal sealed record ShellScript(IReadOnlyList<ShellCommand> Commands, ShellDoubt Doubts)
{
    public bool IsPlain => Doubts == ShellDoubt.None;

    /// <summary>Each command follows the one before it in the list, in the same shell: a cd joined by "and" holds for what comes after.</summary>
    public bool RunsInOrder =>
        (Doubts & (ShellDoubt.Riddle | ShellDoubt.ControlFlow | ShellDoubt.Subshell | ShellDoubt.Substitution | ShellDoubt.Background)) == 0;
}
