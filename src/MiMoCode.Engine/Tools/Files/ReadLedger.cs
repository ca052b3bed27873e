using System.Collections.Concurrent;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// Which content of which file a session and its subagents have seen. Nothing is changed that was not read, or that somebody else
/// changed since. It starts empty: after a restart a file is read once more before it is changed.
/// </summary>
internal sealed class ReadLedger
{
    private readonly ConcurrentDictionary<(string Root, string Path), string> seen = new();

    /// <summary>The session has seen this content, because it read or wrote it.</summary>
    public void Saw(Session session, string realPath, string? hash)
    {
        if (hash is null)
            seen.TryRemove((session.RootId, realPath), out _);
        else
            seen[(session.RootId, realPath)] = hash;
    }

    /// <summary>Refuses to change a file that the session does not know as it stands.</summary>
    /// <exception cref="ToolException">It was never read, or changed since.</exception>
    public void Require(Session session, FileSnapshot file)
    {
        if (file.Hash is null || (seen.TryGetValue((session.RootId, file.Target.Real), out var hash) && hash == file.Hash))
            return;
        throw new ToolException(hash is null
            ? $"{file.Target.Shown} exists and has not been read yet. Read it first, then change it."
            : $"{file.Target.Shown} changed since it was last read. Read it again, then repeat the change.");
    }
}
