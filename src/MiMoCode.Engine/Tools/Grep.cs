using System.ComponentModel;
using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="GrepTool"/>.</summary>
internal sealed record GrepArgs(
    [property: Description("A regular expression, matched line by line.")] string Pattern,
    [property: Description("The folder or file to search; the project when left out.")] string? Path = null,
    [property: Description("Only files whose paths match this, such as *.ts or *.{c,h}.")] string? Include = null);

/// <summary>Finds lines by a regular expression. The model reads grep.md.</summary>
internal sealed class GrepTool(Searching searching, Ripgrep ripgrep) : Tool<GrepArgs>("grep", ToolJson.Default.GrepArgs)
{
    private const int MostMatches = 200, PerFile = 50, Width = 300;
    private static readonly SearchLimits Limits = new(MostMatches, Width: Width, PerFile: PerFile);

    protected override ValueTask<ToolPlan> PlanAsync(GrepArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (args.Pattern.Length == 0)
            throw new ToolException("pattern is empty. Give a regular expression, or use glob to find files.");
        var pattern = Searching.Parse(() => LinePattern.Parse(args.Pattern));
        var include = args.Include is null ? null : Searching.Parse(() => GlobPattern.Parse(args.Include));
        var target = TargetPath.Of(args.Path ?? ".", context);
        var isFile = File.Exists(target.Real);
        if (!isFile)
            Searching.Folder(args.Path, context);
        return new(new ToolPlan(
            isFile ? [.. target.Accesses("grep"), .. target.Accesses("read")] : target.Accesses("grep"),
            async stopping => Show(args, target, context, isFile
                ? await FileAsync(pattern, target, stopping)
                : await FolderAsync(pattern, include, target, context, stopping)),
            Exclusive: false));
    }

    private async Task<SearchResult> FolderAsync(
        LinePattern pattern, GlobPattern? include, TargetPath target, ToolContext context, CancellationToken cancellationToken)
    {
        var walk = await searching.BeginAsync("grep", context, cancellationToken);
        var worthOpening = await ripgrep.FilesAsync(target.Real, pattern, cancellationToken);
        var result = await TextSearch.FindAsync(target.Real, pattern, include, walk.Options, Limits, worthOpening, cancellationToken);
        return result with { Notes = [.. result.Notes, .. walk.Remarks(new WalkOutcome(Truncated: false, UnreadableFolders: 0))] };
    }

    /// <summary>A file that is named is searched even when git ignores it.</summary>
    private static async Task<SearchResult> FileAsync(LinePattern pattern, TargetPath target, CancellationToken cancellationToken)
    {
        using var file = OpenFile.At(target) ?? throw new ToolException($"{target.Shown} does not exist.");
        var walked = new WalkedFile("", target.Real, (long)file.Status.Length, default, IsLink: false);
        return await TextSearch.FindInFileAsync(walked, pattern, Limits with { PerFile = MostMatches }, cancellationToken);
    }

    private static ToolResult Show(GrepArgs args, TargetPath target, ToolContext context, SearchResult result)
    {
        var text = new StringBuilder();
        foreach (var file in result.Matches.GroupBy(match => match.Path))
        {
            text.Append(TargetPath.Show(Path.Combine(target.Written, file.Key), context)).Append('\n');
            foreach (var match in file)
                text.Append(CultureInfo.InvariantCulture, $"  {match.Line}: {match.Text}\n");
        }

        if (result.Matches.Count == 0)
            text.Append(CultureInfo.InvariantCulture, $"No line matches {args.Pattern} in {result.FilesSearched} files of {target.Shown}.\n");
        if (result.Truncated)
            text.Append(CultureInfo.InvariantCulture, $"[{result.Matches.Count} lines shown, there are more; use a narrower pattern, include or path]\n");
        foreach (var note in result.Notes)
            text.Append(CultureInfo.InvariantCulture, $"[{note.Trim('[', ']')}]\n");
        return new ToolResult(
            text.ToString().TrimEnd('\n'), args.Pattern, new TextDetails($"{result.Matches.Count}{(result.Truncated ? " or more" : "")} matches"));
    }
}
