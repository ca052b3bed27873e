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
            StagedFile.RemoveLeftOver(Path.GetDirectoryName(edit.Path)!);
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
}
