using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Features.Memory;

/// <summary>
/// The memory of a project: a file of lines that people may edit as they like. Lines that were added here say when, by which session,
/// and whether anybody verified them; only these are ever changed here, and what they said before is kept as a version.
/// </summary>
internal sealed partial class ProjectMemory(MemoryFiles files, Leases leases, string projectId)
{
    private const string Title = "# Project memory\n\n";
    private const int MostOwnLines = 200;
    private const int MostVersions = 100;
    private const string Author = "checkpoint-writer";
    private const string Undo = "undo";

    /// <summary>Adds what is new and puts right what was said differently since.</summary>
    /// <param name="add">Lines to be there, with the number of the message they take account of.</param>
    /// <param name="saidLater">What was said later than a line of that number; null when nothing was.</param>
    /// <param name="sessionId">The session it comes from.</param>
    /// <param name="cancellationToken">Stops before anything was written, or not at all.</param>
    public async Task UpdateAsync(
        IReadOnlyList<MemoryLine> add, Func<string, long, MemoryLine?> saidLater, string sessionId, CancellationToken cancellationToken)
    {
        // Whoever comes second does it the next time: the lines are in its checkpoint.
        if (await leases.TryAcquireAsync("memory:" + projectId, cancellationToken) is not { } lease)
            return;
        try
        {
            var (text, problem, _) = MemoryFiles.Read(files.Project);
            if (problem is not null)
            {
                // What cannot be read whole is not written anew: it is only added to.
                await MemoryFiles.AppendAsync(files.Project, Fresh(text, add, sessionId, Gone()), cancellationToken);
                return;
            }

            var updated = Add(Refresh(text, saidLater, sessionId), add, sessionId, Gone());
            if (updated != text)
                await files.WriteAsync(files.Project, updated, Author, sessionId, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    /// <summary>
    /// Makes the file what it was before a moment, when nobody but this session wrote to it since: what it learnt then was taken back.
    /// </summary>
    public async Task TakeBackAsync(string sessionId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (await leases.TryAcquireAsync("memory:" + projectId, cancellationToken) is not { } lease)
            return;
        try
        {
            var versions = files.Versions(files.Project);
            var taken = versions.TakeWhile(version => version.Author == Author && version.SessionId == sessionId && version.Time >= since).Count();
            if (taken == 0 || files.Current(files.Project)?.Id != versions[0].Id)
                return;
            if ((taken == versions.Length ? "" : files.TextOf(versions[taken])) is { } before)
                await files.WriteAsync(files.Project, before, Undo, sessionId, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    private static string Refresh(string text, Func<string, long, MemoryLine?> saidLater, string sessionId)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var line in text.Split('\n'))
        {
            var later = OwnLine().Match(line) is { Success: true } own
                ? saidLater(own.Groups["text"].Value, long.Parse(own.Groups["seq"].Value, CultureInfo.InvariantCulture)) : null;
            var replaced = later is null ? line : Write(later, sessionId);
            if (replaced == line || !lines.Contains(replaced))
                lines.Add(replaced);
        }

        return string.Join('\n', lines);
    }

    /// <summary>Lines that stood in the file once: whoever took them out meant it. What an undo took out may be learnt again.</summary>
    private IEnumerable<string> Gone()
    {
        string? backTo = null;
        foreach (var version in files.Versions(files.Project).Take(MostVersions))
        {
            if (backTo is not null && version.Hash != backTo)
                continue;
            backTo = version.Author is Undo ? version.Hash : null;
            foreach (var line in files.TextOf(version)?.Split('\n') ?? [])
                yield return line;
        }
    }

    private static string Add(string text, IReadOnlyList<MemoryLine> add, string sessionId, IEnumerable<string> gone)
    {
        var fresh = Fresh(text, add, sessionId, gone);
        return fresh.Length is 0 ? text : (text.Trim().Length is 0 ? Title : text.EndsWith('\n') ? text : text + "\n") + fresh;
    }

    private static string Fresh(string text, IReadOnlyList<MemoryLine> add, string sessionId, IEnumerable<string> gone)
    {
        var known = text.Split('\n').Concat(gone).Select(Bare).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var room = MostOwnLines - OwnLine().Count(text);
        var added = new StringBuilder();
        foreach (var line in add)
        {
            if (room-- > 0 && known.Add(Bare("- " + line.Text)))
                added.Append(Write(line, sessionId)).Append('\n');
        }

        return added.ToString();
    }

    private static string Write(MemoryLine line, string sessionId) => string.Create(
        CultureInfo.InvariantCulture, $"- {line.Text} ({line.Time:yyyy-MM-dd HH:mm} #{line.Seq}, {sessionId}, {(line.IsVerified ? "verified" : "not verified")})");

    private static string Bare(string line) =>
        (OwnLine().Match(line) is { Success: true } own ? own.Groups["text"].Value : line.TrimStart('-', '*', ' ')).Trim().TrimEnd('.');

    /// <summary>A line that the program wrote: its text, where it is from, the number of its message, and whether anybody verified it.</summary>
    [GeneratedRegex(@"^- (?<text>.+) \((?<source>\d{4}-\d\d-\d\d \d\d:\d\d #(?<seq>\d{1,18}), ses_\w+(?: ses_\w+)*), (?<state>(?:not )?verified)\)\s*$", RegexOptions.Multiline)]
    internal static partial Regex OwnLine();
}

/// <summary>
/// A line for the project's memory, when it was said, the number of the message it takes account of, and whether a person or a tool
/// said so.
/// </summary>
internal sealed record MemoryLine(string Text, DateTimeOffset Time, long Seq, bool IsVerified = false);
