using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Engine.Foundation.Search;

/// <param name="Path">Relative to the search folder, with /.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Text">The line, cut to the asked width.</param>
internal sealed record SearchMatch(string Path, int Line, int Column, string Text);

/// <summary>What a search found, whoever searched.</summary>
/// <param name="Matches">In the order of path and line.</param>
/// <param name="Truncated">There is, or may be, more.</param>
/// <param name="FilesSearched">Files that were looked into.</param>
/// <param name="Notes">What was left out and why, one sentence each.</param>
internal sealed record SearchResult(IReadOnlyList<SearchMatch> Matches, bool Truncated, int FilesSearched, IReadOnlyList<string> Notes);

/// <param name="MostMatches">After so many lines the search ends and says that it did.</param>
/// <param name="LargestFile">Larger files are left out, and counted in a note; in bytes.</param>
/// <param name="Width">Longer lines are cut; in characters.</param>
/// <param name="PerFile">Lines taken from one file at most.</param>
internal sealed record SearchLimits(int MostMatches = 1_000, long LargestFile = 16 << 20, int Width = 500, int PerFile = int.MaxValue);

/// <summary>Looks for lines in the text files of a tree, several files at a time. Binary files, links and special files are left out.</summary>
internal static class TextSearch
{
    /// <param name="root">The folder to search.</param>
    /// <param name="pattern">What to look for.</param>
    /// <param name="include">Files to look into; null for all.</param>
    /// <param name="walk">What the walk leaves out.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="cancellationToken">Stops it between two files.</param>
    public static Task<SearchResult> FindAsync(
        string root, LinePattern pattern, GlobPattern? include, WalkOptions walk, SearchLimits limits, CancellationToken cancellationToken) =>
        FindAsync(root, pattern, include, walk, limits, null, cancellationToken);

    /// <summary>The same where it is known which files may hold a match, by their full paths; the others count as searched.</summary>
    public static async Task<SearchResult> FindAsync(
        string root, LinePattern pattern, GlobPattern? include, WalkOptions walk, SearchLimits limits, IReadOnlySet<string>? worthOpening,
        CancellationToken cancellationToken)
    {
        var search = new Search(pattern, include, limits, worthOpening);
        var outcome = await FileWalk.VisitAsync(root, walk, search.FileAsync, cancellationToken);
        return search.Result(outcome);
    }

    /// <summary>The same in one file; its path is what matches are called by.</summary>
    public static async Task<SearchResult> FindInFileAsync(
        WalkedFile file, LinePattern pattern, SearchLimits limits, CancellationToken cancellationToken)
    {
        var search = new Search(pattern, null, limits, null);
        await search.FileAsync(file, cancellationToken);
        return search.Result(new WalkOutcome(Truncated: false, UnreadableFolders: 0));
    }

    private sealed class Search(LinePattern pattern, GlobPattern? include, SearchLimits limits, IReadOnlySet<string>? worthOpening)
    {
        private readonly ConcurrentBag<SearchMatch> found = [];
        private int count, searched, large, unreadable, tooSlow, cut;

        public async ValueTask<bool> FileAsync(WalkedFile file, CancellationToken cancellationToken)
        {
            // A length of 0 is also that of a pipe, which must not be opened.
            if (file.IsLink || file.Length == 0 || include?.Matches(file.Path) == false)
                return true;
            if (file.Length > limits.LargestFile)
            {
                Interlocked.Increment(ref large);
                return true;
            }

            if (worthOpening?.Contains(file.FullPath) == false)
            {
                Interlocked.Increment(ref searched);
                return true;
            }

            try
            {
                var bytes = await File.ReadAllBytesAsync(file.FullPath, cancellationToken);
                Interlocked.Increment(ref searched);
                if (!TextEncoding.LooksBinary(bytes))
                    Lines(file.Path, TextEncoding.Detect(bytes).Decode(bytes), cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Interlocked.Increment(ref unreadable);
            }
            catch (RegexMatchTimeoutException)
            {
                Interlocked.Increment(ref tooSlow);
                return false;
            }

            return Volatile.Read(ref count) <= limits.MostMatches;
        }

        public SearchResult Result(WalkOutcome outcome)
        {
            var matches = found.OrderBy(match => match.Path, StringComparer.Ordinal).ThenBy(match => match.Line).Take(limits.MostMatches).ToList();
            var notes = new List<string>();
            Note(large, $"files larger than {limits.LargestFile >> 20} MB were left out");
            Note(unreadable, "files could not be read");
            Note(outcome.UnreadableFolders, "folders could not be read");
            if (tooSlow > 0)
                notes.Add("The pattern needs too long on some line, so the search was stopped. Use a simpler pattern.");
            return new SearchResult(matches, outcome.Truncated || cut > 0 || found.Count > matches.Count, searched, notes);

            void Note(int number, string what)
            {
                if (number > 0)
                    notes.Add($"{number} {what}.");
            }
        }

        private void Lines(string path, string text, CancellationToken cancellationToken)
        {
            if (pattern.IsAbsentFrom(text))
                return;
            var (line, taken) = (0, 0);
            for (int from = 0, end; from < text.Length; from = end + 1)
            {
                end = text.IndexOf('\n', from);
                end = end < 0 ? text.Length : end;
                var span = text.AsSpan(from, end - from).TrimEnd('\r');
                line++;
                if ((line & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                var at = pattern.Find(span);
                if (at < 0)
                    continue;
                if (taken++ == limits.PerFile)
                {
                    Interlocked.Increment(ref cut);
                    return;
                }

                found.Add(new SearchMatch(path, line, at + 1, Shown(span, at)));
                if (Interlocked.Increment(ref count) > limits.MostMatches)
                    return;
            }
        }

        /// <summary>A long line is cut around its match.</summary>
        private string Shown(ReadOnlySpan<char> line, int at)
        {
            if (line.Length <= limits.Width)
                return TextEncoding.Readable(line.ToString());
            var start = Math.Clamp(at - (limits.Width / 4), 0, line.Length - limits.Width);
            var end = start + limits.Width;
            return TextEncoding.Readable($"{(start > 0 ? "…" : "")}{line[start..end]}{(end < line.Length ? "…" : "")}");
        }
    }
}
