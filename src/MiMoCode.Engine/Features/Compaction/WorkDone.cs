using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>What the program knows without being told: which files were changed and to what, which commands ran and how they ended.</summary>
internal static class WorkDone
{
    private const int MostFiles = 40;
    private const int MostCommands = 15;
    private const int HashLength = 8;
    private const int LongestCommand = 160;

    public static string Of(IReadOnlyList<JournaledEdit> edits, IEnumerable<MessageWithParts> messages, IEnumerable<Job> jobs, string worktree)
    {
        var text = new StringBuilder();
        var files = edits.Where(edit => edit.State is EditState.Done).GroupBy(edit => edit.Path).Select(group => group.Last()).TakeLast(MostFiles).ToList();
        if (files.Count > 0)
            text.Append("# Files you changed (the hash tells whether one has changed since)\n");
        foreach (var file in files)
            text.Append(CultureInfo.InvariantCulture, $"- {Path.GetRelativePath(worktree, file.Path)} {(file.AfterHash is { } hash ? hash[..HashLength] : "deleted")}\n");

        var commands = messages.SelectMany(message => message.Parts.OfType<ToolPart>()).Select(Command).OfType<string>().TakeLast(MostCommands).ToList();
        if (commands.Count > 0)
            text.Append("# Commands you ran last\n");
        foreach (var command in commands)
            text.Append("- ").Append(command).Append('\n');
        var running = jobs.Where(job => job.IsRunning).ToList();
        if (running.Count > 0)
            text.Append("# Commands of yours that still run in the background\n");
        foreach (var job in running)
            text.Append(CultureInfo.InvariantCulture, $"- {job.Id}, since {job.Started:HH:mm}: {Short(job.Command)}\n");
        return text.ToString().TrimEnd();
    }

    private static string? Command(ToolPart call)
    {
        if (call.State is not ToolCompleted done || Details.FromMetadata(done.Metadata) is not CommandDetails details)
            return null;
        var exit = details.Exit is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit {code}") : "no exit code";
        return $"{exit}: {Short(details.Command)}";
    }

    private static string Short(string command) =>
        command.ReplaceLineEndings(" ") is var line && line.Length > LongestCommand ? $"{line[..LongestCommand]}…" : line;
}
