using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary>Says what became of each file: one line for each, and with a preview how its lines would change.</summary>
internal static class RevertReport
{
    /// <summary>The exit code: what was left alone needs a person.</summary>
    public static async Task<int> WriteAsync(CliContext context, RevertResult result, bool preview, RevertScope scope)
    {
        foreach (var file in result.Files)
        {
            await context.Out.WriteLineAsync(Printable.Line(Line(file)));
            if (preview)
                await context.Out.WriteAsync(Printable.Text(file.Patch));
        }

        foreach (var note in result.Notes)
            await context.Error.WriteLineAsync($"mimo: {Printable.Line(note)}");
        if (scope is not RevertScope.Talk && result.Files.IsEmpty)
            await context.Error.WriteLineAsync("No files: the agent changed none there.");
        if (preview)
            await context.Error.WriteLineAsync("Nothing was changed: this is a preview.");
        else if (scope is not RevertScope.Files)
            await context.Error.WriteLineAsync(result.Session.Revert is { } revert
                ? $"The conversation is taken back to before {revert.MessageId}; mimo redo brings it back until the next prompt."
                : "The conversation is whole.");
        return result.Files.Any(file => file.Outcome is RevertOutcome.Refused) ? ExitCodes.NeedsPerson : ExitCodes.Done;
    }

    private static string Line(RevertedFile file)
    {
        var counts = file.Additions + file.Deletions > 0 ? $" (+{file.Additions} -{file.Deletions})" : "";
        return file.Outcome switch
        {
            RevertOutcome.Restored => $"restored  {file.File}{counts}",
            RevertOutcome.Merged => $"merged    {file.File}{counts}: it was changed since; only the agent's changes were moved",
            RevertOutcome.Unchanged => $"unchanged {file.File}",
            _ => $"left      {file.File}: {file.Reason}",
        };
    }
}
