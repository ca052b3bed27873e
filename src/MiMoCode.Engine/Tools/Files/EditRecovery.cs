using System.Globalization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>
/// Settles what a crash left between the plan of an edit and its end, by what the file holds now. An edit that another process is
/// making at this moment is settled again by that process.
/// </summary>
internal sealed class EditRecovery(EditJournalStore journal)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var edit in journal.Planned())
        {
            var state = Hash(edit.Path) is { Known: true } now && now.Hash == edit.AfterHash ? EditState.Done : EditState.Failed;
            await journal.SettleAsync(edit.Id, state, cancellationToken);
            RemoveTemporaries(Path.GetDirectoryName(edit.Path)!);
        }
    }

    private static (bool Known, string? Hash) Hash(string path)
    {
        try
        {
            return (true, FileSnapshot.Read(new TargetPath(path, path, path)).Hash);
        }
        catch (ToolException)
        {
            return (false, null);
        }
    }

    /// <summary>Those of processes that are no more.</summary>
    private static void RemoveTemporaries(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, StagedFile.Prefix + "*.tmp"))
            {
                var name = Path.GetFileName(path.AsSpan())[StagedFile.Prefix.Length..];
                if (name.IndexOf('-') is > 0 and var end && int.TryParse(name[..end], CultureInfo.InvariantCulture, out var pid)
                    && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}")))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that is gone or closed to us holds nothing of ours that could be taken away.
        }
    }
}
