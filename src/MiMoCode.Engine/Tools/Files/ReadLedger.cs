using System.Collections.Concurrent;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// Which content of which file a session and its subagents have seen. Nothing is changed that somebody else changed since,
/// and nothing unseen but where its old text is named exactly. After a restart it is filled from the history.
/// </summary>
internal sealed class ReadLedger
{
    private readonly ConcurrentDictionary<(string Root, string Path), string> seen = new();
    private readonly ConcurrentDictionary<string, bool> restored = new();
    private readonly ConcurrentDictionary<(string Root, string Path), FileStamp?> stamps = new();
    private readonly ConcurrentDictionary<(string Root, string Path), string?> told = new();

    /// <summary>Takes over what a session had seen in an earlier process: what its window shows, and what it wrote itself.</summary>
    public void Restore(Session session, EditJournalStore journal)
    {
        if (!restored.TryAdd(session.RootId, true))
            return;
        var places = session.History.Select((message, at) => (message.Info.Id, at)).ToDictionary(pair => pair.Id, pair => pair.at);
        var written = journal.OfRoot(session.RootId).Where(edit => edit.State is EditState.Done)
            .Select(edit => (At: places.GetValueOrDefault(edit.MessageId, -1), edit.Path, Hash: edit.AfterHash));
        var known = new Dictionary<string, string?>();
        foreach (var (_, path, hash) in Reads(session, places).Concat(written).OrderBy(each => each.At))
            known[path] = hash;
        foreach (var (path, hash) in known)
        {
            if (hash is not null)
                seen.TryAdd((session.RootId, path), hash);
        }
    }

    private static IEnumerable<(int At, string Path, string? Hash)> Reads(Session session, Dictionary<string, int> places) =>
        from message in session.History
        from call in message.Parts.OfType<ToolPart>()
        where call.State is ToolCompleted
        let details = Details.FromMetadata(((ToolCompleted)call.State).Metadata) as FileDetails
        where details?.Hash is not null
        select (places[message.Info.Id], RealPath.Of(Path.GetFullPath(details.FilePath, session.Directory)), details.Hash);

    /// <summary>The session has seen this content, because it read or wrote it.</summary>
    public void Saw(Session session, string realPath, string? hash)
    {
        if (hash is null)
            seen.TryRemove((session.RootId, realPath), out _);
        else
            seen[(session.RootId, realPath)] = hash;
        told.TryRemove((session.RootId, realPath), out _);
    }

    /// <summary>The files that somebody else changed or deleted since the session saw them. Each state of a file is told once.</summary>
    public IReadOnlyList<string> ChangedByOthers(Session session)
    {
        var changed = new List<string>();
        foreach (var (key, hash) in seen)
        {
            if (key.Root != session.RootId)
                continue;
            var stamp = FileCalls.StampOf(key.Path);
            if (stamps.TryGetValue(key, out var last) && last == stamp)
                continue;
            stamps[key] = stamp;
            var now = stamp is null ? null : HashNow(key.Path);
            if (now != hash && told.GetValueOrDefault(key, hash) != now)
                changed.Add(key.Path);
            told[key] = now;
        }

        changed.Sort(StringComparer.Ordinal);
        return changed;
    }

    private static string? HashNow(string path)
    {
        try
        {
            return FileSnapshot.Read(new TargetPath(path, path, path)).Hash;
        }
        catch (Exception error) when (error is ToolException or IOException)
        {
            return null;
        }
    }

    /// <summary>Refuses to change a file that the session does not know as it stands.</summary>
    /// <exception cref="ToolException">It was never read, or changed since.</exception>
    public void Require(Session session, FileSnapshot file)
    {
        RequireUnchanged(session, file);
        if (file.Hash is not null && !seen.ContainsKey((session.RootId, file.Target.Real)))
            throw new ToolException($"{file.Target.Shown} exists and has not been read yet. Read it first, then change it.");
    }

    /// <summary>Refuses to change a file that is no longer as the session saw it.</summary>
    /// <exception cref="ToolException">It changed since.</exception>
    public void RequireUnchanged(Session session, FileSnapshot file)
    {
        if (file.Hash is not null && seen.TryGetValue((session.RootId, file.Target.Real), out var hash) && hash != file.Hash)
            throw new ToolException($"{file.Target.Shown} changed since it was last read. Read it again, then repeat the change.");
    }
}
