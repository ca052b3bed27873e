namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Why a script is not provably a list of plain commands. Any doubt means: ask.</summary>
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
}

/// <param name="Text">What the program receives, quotes removed.</param>
/// <param name="Literal">False when the shell may make something else of it; then the text is only for display.</param>
internal readonly record struct ShellWord(string Text, bool Literal);

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
/// <param name="Assignments">Variables set only for it.</param>
/// <param name="Redirections">Files it is connected with.</param>
internal sealed record ShellCommand(
    string Join, IReadOnlyList<ShellWord> Words, IReadOnlyList<string> Assignments, IReadOnlyList<ShellRedirection> Redirections)
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
}
