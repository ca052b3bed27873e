using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Memory;

/// <summary>
/// The agent writes to one file of the memory: the notes of its own session. Everything else in there is written by the program,
/// which checks what it writes, and by people.
/// </summary>
internal sealed class MemoryGate(MemoryFiles files, bool disableWrite) : IToolGate
{
    public ValueTask<string?> DenyAsync(Session session, ToolPart call, ToolPlan plan, CancellationToken cancellationToken) =>
        new(plan.Accesses.Any(access => IsRefused(access, plan, session)) ? Refusal(session) : null);

    private bool IsRefused(Access access, ToolPlan plan, Session session)
    {
        if (access.Path is { } path)
            return access.Permission is PermissionNames.Edit && IsInside(path) && (disableWrite || !IsNotes(path, session));

        // A script that could not be understood may do anything with what it names.
        return access.Permission is PermissionNames.Script && access.Pattern.Contains(files.Root, StringComparison.Ordinal)
            && plan.Accesses.Any(other => other.Permission is PermissionNames.Changes);
    }

    private bool IsInside(string path) =>
        IsBelow(Path.GetFullPath(path), Path.GetFullPath(files.Root)) || IsBelow(RealPath.Of(path), RealPath.Of(files.Root));

    private bool IsNotes(string path, Session session) => RealPath.Of(path) == RealPath.Of(files.Notes(session.RootId));

    private static bool IsBelow(string path, string root) =>
        path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private string Refusal(Session session) => disableWrite
        ? "Memory is read-only here (memory.disable_write)."
        : $"In the memory folder you may write to your notes only: {files.Notes(session.RootId)}. Note it there, or with the memory tool; the program takes it from there.";
}
