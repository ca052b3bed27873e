using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Memory;

/// <summary>
/// The memory as people use it: all layers of a project, read, searched, added to, corrected, and brought back. Nothing that stood in a
/// file is ever lost: each change keeps what was there as a version.
/// </summary>
internal sealed class MemoryBook(
    MemoryFiles files, HistorySearch history, SessionStore sessions, CheckpointStore checkpoints, Leases leases, string projectId,
    bool disableWrite, TimeProvider clock)
{
    private const string Person = "person";

    /// <summary>The files of the user, of the project and, when one is named, of a session.</summary>
    /// <exception cref="UserException">There is no such session.</exception>
    public ImmutableArray<RememberedFile> List(string? sessionId)
    {
        var names = NamesOf(sessionId);
        return
        [
            .. from path in names.Paths
               let file = new FileInfo(path)
               let read = MemoryFiles.Read(path)
               select new RememberedFile(
                   names.NameOf(path), names.LayerOf(path), path, file.Length, read.Text.Count(letter => letter is '\n'),
                   file.LastWriteTimeUtc, read.Problem),
        ];
    }

    /// <summary>What a file holds, as far as it can be read.</summary>
    public RememberedText Show(string name, string? sessionId)
    {
        var names = NamesOf(sessionId);
        var path = names.PathOf(name);
        var read = MemoryFiles.Read(path);
        return new RememberedText(names.NameOf(path), path, read.Text, read.Problem);
    }

    /// <summary>Lines of the memory files that fit, the best first.</summary>
    public ImmutableArray<RememberedLine> Search(string query, string? sessionId, int limit)
    {
        var names = NamesOf(sessionId);
        return [.. MemoryLines.Find(names.Paths, query).Take(limit).Select(line => new RememberedLine(names.NameOf(line.Path), line.Path, line.Number, line.Text))];
    }

    /// <summary>What was said and done, in this project or, if wanted, in all. Tells why there may be more.</summary>
    public async Task<ImmutableArray<RememberedPart>> SearchHistoryAsync(
        string query, string? sessionId, bool allProjects, int limit, CancellationToken cancellationToken, Action<string>? notice = null)
    {
        var found = await history.SearchAsync(
            new HistoryQuery(query, sessionId is null ? null : RootOf(sessionId), sessionId is null && !allProjects ? projectId : null, limit),
            cancellationToken);
        foreach (var each in found.Notices())
            notice?.Invoke(each);
        return [.. found.Hits.Select(hit => new RememberedPart(hit.Part, hit.Kind, hit.Tool, hit.SessionId, hit.SessionTitle, hit.MessageId, hit.Time, hit.Snippet))];
    }

    /// <summary>Adds a line that a person wants remembered, with its date. A line that is there already is not added again.</summary>
    /// <exception cref="UserException">It says nothing, or memory is read-only or being written.</exception>
    public async Task<RememberedLine> AddAsync(string text, MemoryLayer layer, CancellationToken cancellationToken)
    {
        var said = text.ReplaceLineEndings(" ").Trim();
        if (said.Length is 0)
            throw new UserException("There is nothing to remember. Say it in one line: mimo memory add \"The tests need Redis on port 6390.\"");
        if (layer is MemoryLayer.Session)
            throw new UserException("A session takes its notes itself. Add to the project's memory, or to the global one.");
        var path = layer is MemoryLayer.Global ? files.Global : files.Project;
        var line = string.Create(CultureInfo.InvariantCulture, $"- {said} ({clock.GetLocalNow():yyyy-MM-dd}, by the user, verified)");
        var number = 0;
        await ChangeAsync(path, before =>
        {
            var lines = before.Split('\n').ToList();
            if (lines.FindIndex(known => Bare(known).Equals(said, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at)
            {
                (number, line) = (at + 1, lines[at]);
                return before;
            }

            var start = before.Trim().Length > 0 ? before : layer is MemoryLayer.Global ? "# Global memory\n\n" : "# Project memory\n\n";
            start = start.EndsWith('\n') ? start : start + "\n";
            number = start.Count(letter => letter is '\n') + 1;
            return start + line + "\n";
        }, cancellationToken);
        return new RememberedLine(layer is MemoryLayer.Global ? "global" : "project", path, number, line);
    }

    /// <summary>Takes a line out of a file, with what is indented below it; it stays in the versions.</summary>
    /// <exception cref="UserException">There is no such line, or the file cannot be written.</exception>
    public async Task<RememberedLine> ForgetAsync(string name, int number, string? sessionId, CancellationToken cancellationToken)
    {
        var names = NamesOf(sessionId);
        var path = names.PathOf(name);
        string? gone = null;
        if (sessionId is not null && path == files.Checkpoint(RootOf(sessionId)))
            gone = await ForgetInCheckpointAsync(path, number, RootOf(sessionId), cancellationToken);
        else
            await ChangeAsync(path, before => Without(before, number, name, out gone), cancellationToken);
        return new RememberedLine(names.NameOf(path), path, number, gone!);
    }

    /// <summary>The kept versions of a file, the newest first.</summary>
    public ImmutableArray<RememberedVersion> Versions(string name, string? sessionId)
    {
        var path = NamesOf(sessionId).PathOf(name);
        if (sessionId is not null && path == files.Checkpoint(RootOf(sessionId)))
        {
            var newest = checkpoints.Latest(RootOf(sessionId))?.Version;
            return [.. checkpoints.Versions(RootOf(sessionId)).Select(version => new RememberedVersion(
                version.Version, version.Time, version.Validated ? "checkpoint-writer" : "program", version.Body.Length, version.Version == newest, sessionId))];
        }

        var current = files.Current(path)?.Id;
        return [.. files.Versions(path).Select(version => new RememberedVersion(
            version.Id, version.Time, version.Author, files.BytesOf(version)?.Length ?? 0, version.Id == current, version.SessionId))];
    }

    /// <summary>Brings a version back; the one before the present one when none is named. What stands there now is kept as well.</summary>
    /// <returns>The version that was brought back.</returns>
    /// <exception cref="UserException">There is no such version.</exception>
    public async Task<long> RestoreAsync(string name, long? wanted, string? sessionId, CancellationToken cancellationToken)
    {
        var path = NamesOf(sessionId).PathOf(name);
        var versions = Versions(name, sessionId);
        var chosen = (wanted is { } number ? versions.FirstOrDefault(version => version.Version == number) : versions.FirstOrDefault(version => !version.Current))
            ?? throw new UserException(wanted is null
                ? $"There is no earlier version of {name}."
                : string.Create(CultureInfo.InvariantCulture, $"There is no version {wanted} of {name}. mimo memory history {name} shows them."));
        if (sessionId is not null && path == files.Checkpoint(RootOf(sessionId)))
        {
            var old = checkpoints.Versions(RootOf(sessionId)).First(version => version.Version == chosen.Version);
            await CommitAsync(path, RootOf(sessionId), _ => old, cancellationToken);
            return chosen.Version;
        }

        var bytes = files.BytesOf(files.Versions(path).First(version => version.Id == chosen.Version))
            ?? throw new UserException(string.Create(CultureInfo.InvariantCulture, $"Version {chosen.Version} is lost: its content is not in the store any more."));
        await UnderLeaseAsync(LeaseOf(path), _ => files.WriteAsync(path, bytes, Person, null, cancellationToken), cancellationToken);
        return chosen.Version;
    }

    private async Task<string?> ForgetInCheckpointAsync(string path, int number, string rootId, CancellationToken cancellationToken)
    {
        string? gone = null;
        await CommitAsync(path, rootId, latest =>
        {
            // The file has two lines before the body.
            const int heading = 2;
            return latest with { Body = Without(latest.Body, number - heading, "checkpoint", out gone) };
        }, cancellationToken);
        return gone;
    }

    // A row is the truth and the file its copy, so that a checkpoint is changed by a version of its own.
    private async Task CommitAsync(
        string path, string rootId, Func<StoredCheckpoint, StoredCheckpoint> change, CancellationToken cancellationToken)
    {
        await UnderLeaseAsync("writer:" + rootId, async lease =>
        {
            var latest = checkpoints.Latest(rootId) ?? throw new UserException("This session has no checkpoint yet.");
            var next = change(latest);
            var version = await checkpoints.CommitAsync(rootId, next.Body, next.CoveredSeq, next.NotesCursor, next.Validated, lease, cancellationToken);
            await files.WriteAsync(
                path, string.Create(CultureInfo.InvariantCulture, $"# Checkpoint {version}\n\n{next.Body}\n"), Person, rootId, cancellationToken);
        }, cancellationToken);
    }

    private Task ChangeAsync(string path, Func<string, string> change, CancellationToken cancellationToken) => UnderLeaseAsync(
        LeaseOf(path),
        async _ =>
        {
            var before = MemoryFiles.Read(path);
            var after = change(before.Text);
            if (after != before.Text && !await files.ChangeAsync(path, before, after, Person, null, cancellationToken))
                throw new UserException($"{path} is left as it is: {before.Problem}. Put it right by hand first.", exitCode: 1);
        },
        cancellationToken);

    private string LeaseOf(string path) => path == files.Global ? "memory:global" : "memory:" + projectId;

    private async Task UnderLeaseAsync(string name, Func<Lease, Task> act, CancellationToken cancellationToken)
    {
        if (disableWrite)
            throw new UserException("Memory is read-only here (memory.disable_write).");
        var lease = await leases.TryAcquireAsync(name, cancellationToken)
            ?? throw new UserException("This memory is being written right now. Try again in a moment.", exitCode: 1, httpStatus: 409);
        try
        {
            await act(lease);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"Nothing was changed: {error.Message}", exitCode: 1);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    private static string Without(string text, int number, string name, out string gone)
    {
        var lines = text.Split('\n').ToList();
        if (number < 1 || number > lines.Count || lines[number - 1].Trim() is not { Length: > 0 } line || line[0] is '#')
            throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{name} has nothing to forget at line {number}. mimo memory show {name} numbers its lines."));
        var end = number;
        while (end < lines.Count && lines[end] is [' ' or '\t', ..] && lines[end].Trim().Length > 0 && !lines[end].TrimStart().StartsWith("- ", StringComparison.Ordinal))
            end++;
        gone = string.Join('\n', lines[(number - 1)..end]);
        lines.RemoveRange(number - 1, end - number + 1);
        return string.Join('\n', lines);
    }

    private static string Bare(string line)
    {
        var text = line.TrimStart('-', '*', ' ').TrimEnd();
        return text.EndsWith(')') && text.LastIndexOf(" (2", StringComparison.Ordinal) is > 0 and var at ? text[..at] : text;
    }

    private MemoryNames NamesOf(string? sessionId) => new(files, sessionId is null ? null : RootOf(sessionId));

    private string RootOf(string sessionId) => sessions.FindPlace(sessionId)?.RootId ?? throw UserException.NotFound("session", sessionId);
}
