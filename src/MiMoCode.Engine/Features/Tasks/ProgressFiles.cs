using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>
/// The progress file of each task: a copy, for people and for search, of what happened to it. A file is only ever added to, so that
/// what a person wrote into it stays.
/// </summary>
internal sealed class ProgressFiles(MemoryFiles files, bool disableWrite, Action<string> warn)
{
    private const string Author = "tasks";

    /// <summary>Adds what the file does not have yet, also what a crash has kept from it. A folder that cannot be written costs a warning.</summary>
    public async Task BringUpToDateAsync(
        AgentTask? task, string rootId, IReadOnlyList<TaskChange> changes, CancellationToken cancellationToken)
    {
        // A task with nothing but its name has nothing to be kept in a file.
        if (task is null || disableWrite || changes.All(change => change.Kind is TaskChangeKind.Created or TaskChangeKind.Renamed))
            return;
        var path = files.Progress(rootId, task.Id);
        await TryAsync(path, async () =>
        {
            var text = MemoryFiles.Read(path).Text;
            var lines = changes.Select(LineOf).ToList();
            var known = text.Split('\n').ToHashSet(StringComparer.Ordinal);
            var last = lines.FindLastIndex(line => known.Contains(line.Split('\n')[0]));
            var more = string.Concat(lines.Skip(last + 1).Select(line => line + "\n"));
            if (more.Length > 0)
                await MemoryFiles.AppendAsync(path, text.Length is 0 ? $"# {task.Id} {task.Summary}\n\n{more}" : text.EndsWith('\n') ? more : "\n" + more, cancellationToken);
        });
    }

    /// <summary>Writes the file anew, because something that it tells of was taken back; what stood there is kept as a version.</summary>
    public async Task RewriteAsync(
        AgentTask? task, string taskId, string rootId, IReadOnlyList<TaskChange> changes, CancellationToken cancellationToken)
    {
        var path = files.Progress(rootId, taskId);
        if (disableWrite || !File.Exists(path))
            return;
        var text = new StringBuilder();
        if (task is not null)
            text.Append(CultureInfo.InvariantCulture, $"# {task.Id} {task.Summary}\n\n").AppendJoin("", changes.Select(change => LineOf(change) + "\n"));
        await TryAsync(path, () => files.WriteAsync(path, text.ToString(), Author, rootId, cancellationToken));
    }

    private static string LineOf(TaskChange change)
    {
        var what = change.Kind.ToString().ToLowerInvariant();
        var text = change.Text.Length > 0 ? $": {change.Text.ReplaceLineEndings("\n  ")}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"- {change.Time:yyyy-MM-dd HH:mm:ss} {what}{text}");
    }

    private async Task TryAsync(string path, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warn($"{path} could not be written ({error.Message}); the task itself is kept in the database.");
        }
    }
}
