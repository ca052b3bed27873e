using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="GlobTool"/>.</summary>
internal sealed record GlobArgs(
    [property: Description("What paths must match, such as **/*.ts or src/**/test_*.py.")] string Pattern,
    [property: Description("The folder to look in; the project when left out.")] string? Path = null);

/// <summary>Finds files by their names, those changed last first. The model reads glob.md.</summary>
internal sealed class GlobTool(Searching searching) : Tool<GlobArgs>("glob", ToolJson.Default.GlobArgs)
{
    private const int MostFiles = 200;

    protected override ValueTask<ToolPlan> PlanAsync(GlobArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var pattern = Searching.Parse(() => GlobPattern.Parse(args.Pattern));
        var folder = Searching.Folder(args.Path, context);
        return new(new ToolPlan(
            folder.Accesses("glob"), stopping => FindAsync(args.Pattern, pattern, folder, context, stopping), Exclusive: false));
    }

    private async Task<ToolResult> FindAsync(
        string title, GlobPattern pattern, TargetPath folder, ToolContext context, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<WalkedFile>();
        var walk = await searching.BeginAsync("glob", context, cancellationToken);
        var outcome = await FileWalk.VisitAsync(folder.Real, walk.Options, Keep, cancellationToken);
        var newest = found.OrderByDescending(file => file.ModifiedAt).ThenBy(file => file.Path, StringComparer.Ordinal).Take(MostFiles).ToList();
        var lines = newest.Select(file => TargetPath.Show(Path.Combine(folder.Written, file.Path), context)).ToList();
        if (lines.Count == 0)
            lines.Add($"No file matches {title} in {folder.Shown}; files that git ignores are only found when path names their folder.");
        if (found.Count > newest.Count)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"[the {newest.Count} files changed last, of {found.Count}; use a narrower pattern]"));
        lines.AddRange(walk.Remarks(outcome));
        return new ToolResult(string.Join('\n', lines), title, new TextDetails(found.Count is 1 ? "1 file" : $"{found.Count} files"));

        ValueTask<bool> Keep(WalkedFile file, CancellationToken token)
        {
            if (pattern.Matches(file.Path))
                found.Add(file);
            return ValueTask.FromResult(true);
        }
    }
}
