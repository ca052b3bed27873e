using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="ListTool"/>.</summary>
internal sealed record ListArgs(
    [property: Description("The folder; the project when left out.")] string? Path = null,
    [property: Description("Patterns of files to leave out, such as *.min.js or docs/**.")] ImmutableArray<string>? Ignore = null);

/// <summary>Shows a folder as a tree, as deep as fits. The model reads list.md.</summary>
internal sealed class ListTool(Searching searching) : Tool<ListArgs>("list", ToolJson.Default.ListArgs)
{
    private const int MostEntries = 300;

    protected override ValueTask<ToolPlan> PlanAsync(ListArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var ignored = (args.Ignore ?? []).Select(pattern => Searching.Parse(() => GlobPattern.Parse(pattern))).ToList();
        var folder = Searching.Folder(args.Path, context);
        return new(new ToolPlan(folder.Accesses("list"), stopping => ListAsync(ignored, folder, context, stopping), Exclusive: false));
    }

    private async Task<ToolResult> ListAsync(
        List<GlobPattern> ignored, TargetPath folder, ToolContext context, CancellationToken cancellationToken)
    {
        var walk = await searching.BeginAsync("list", context, cancellationToken);
        var (files, outcome) = await FileWalk.FilesAsync(folder.Real, walk.Options, null, cancellationToken);
        var tree = new FolderTree();
        foreach (var file in files.Where(file => !ignored.Exists(pattern => pattern.Matches(file.Path))))
            tree.Add(file.Path);

        var text = new StringBuilder(folder.Shown is "." ? "./" : folder.Shown + "/").Append('\n');
        var left = tree.Write(text, MostEntries);
        if (tree.Files == 0)
            text.Append("(no files)\n");
        if (left > 0)
            text.Append(CultureInfo.InvariantCulture, $"[{left} entries left out; list a folder in it, or use glob]\n");
        text.AppendJoin('\n', walk.Remarks(outcome));
        return new ToolResult(text.ToString().TrimEnd('\n'), folder.Shown, new TextDetails(tree.Files is 1 ? "1 file" : $"{tree.Files} files"));
    }
}
