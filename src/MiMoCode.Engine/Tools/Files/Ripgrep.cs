using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Guard.Processes;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// Lets ripgrep, where there is one, say which files of a folder are worth opening. What matches, what is ignored and what may be seen is
/// decided by our own search as ever, so that it finds the same with and without.
/// </summary>
internal sealed class Ripgrep(ProcessRunner runner, string program = "rg")
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly OutputBounds Bounds = new(8 << 20, 1024, 0);

    /// <summary>How many zeros stand between ASCII letters in UTF-8, and in UTF-16 and UTF-32.</summary>
    private static readonly ImmutableArray<int> Zeros = [0, 1, 3];

    private bool isMissing;

    /// <summary>The files that may hold a match, by their full paths; null when that is not known and all have to be opened.</summary>
    public async Task<IReadOnlySet<string>?> FilesAsync(string folder, LinePattern pattern, CancellationToken cancellationToken)
    {
        if (isMissing || pattern.Required is not { } required)
            return null;
        var spec = new ProcessSpec(program, Arguments(required), folder) { Supervised = false };
        try
        {
            var result = await runner.RunAsync(spec, Longest, cancellationToken, Bounds);

            // 0: some found, 1: none; anything else: it could not look at everything.
            return result is { TimedOut: false, End.Code: 0 or 1 } && result.Output.Total <= Bounds.Head
                ? Encoding.UTF8.GetString(result.Output.Beginning()).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                    .Select(path => Path.Join(folder, path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)).ToFrozenSet(StringComparer.Ordinal)
                : null;
        }
        catch (ProcessStartException)
        {
            isMissing = true;
            return null;
        }
    }

    /// <summary>
    /// Binary files are for us to judge; of ignore files only those below the folder are read, as the rules above can only leave out more.
    /// </summary>
    private static ImmutableArray<string> Arguments(RequiredText required) =>
    [
        "--no-config", "--files-with-matches", "--null", "--hidden", "--text", "--no-require-git", "--no-ignore-dot", "--no-ignore-global",
        "--no-ignore-parent", "--no-ignore-exclude", "--no-follow", "--max-filesize=16M", "--glob=!.git", required.IgnoreCase ? "--ignore-case" : "--case-sensitive",
        .. from text in required.Texts from zeros in Zeros select "--regexp=" + Expression(text, zeros), "--", ".",
    ];

    /// <summary>The text as it is in UTF-8 and its like, and with the zeros that wider encodings put between its letters.</summary>
    private static string Expression(string text, int zeros) => string.Join(
        string.Concat(Enumerable.Repeat("\\x00", zeros)), text.Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : $"\\x{(int)c:x2}"));
}
