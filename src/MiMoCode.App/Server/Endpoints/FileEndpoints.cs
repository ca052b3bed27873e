using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>The files of the project and what git says about them.</summary>
internal static class FileEndpoints
{
    private const int MostFound = 200;

    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/file", "file.list", "What lies in a folder.", ProtocolJson.Default.ImmutableArrayFileNode,
            static call => call.Workspace.Files.ListAsync(call.Required("path"), call.Cancelled)),
        Route.Get("/file/content", "file.read", "What a file holds.", ProtocolJson.Default.FileContent,
            static call => call.Workspace.Files.ReadAsync(call.Required("path"), call.Cancelled)),
        Route.Get("/file/status", "file.status", "The files that differ from the last commit.", ProtocolJson.Default.ImmutableArrayFileStatus,
            static call => call.Workspace.Files.StatusAsync(call.Cancelled)),
        Route.Get("/find", "find.text", "The lines that match a regular expression.", ProtocolJson.Default.ImmutableArrayTextMatch,
            static call => call.Workspace.Files.FindTextAsync(call.Required("pattern"), call.Cancelled)),
        Route.Get("/find/file", "find.files", "The paths that fit a text, the best first.", ProtocolJson.Default.ImmutableArrayString, FindFilesAsync),
        Route.Get("/find/symbol", "find.symbols", "Symbols by their name; none without a language server.", ServerJson.Default.JsonElement, Empty.ListAsync),
        Route.Get("/vcs", "vcs.get", "The branch that is checked out.", ProtocolJson.Default.VcsState,
            static call => call.Workspace.Files.VcsAsync(call.Cancelled)),
        Route.Get("/vcs/status", "vcs.status", "The files that differ from the last commit.", ServerJson.Default.ImmutableArrayChangedFile, ChangedAsync),
        Route.Get("/vcs/diff", "vcs.diff", "How the files differ, from the last commit or the default branch.", ProtocolJson.Default.ImmutableArrayFileDiff,
            static call => call.Workspace.Files.DiffAsync(call.Query("mode") is "branch", call.Cancelled)),
    ];

    private static Task<ImmutableArray<string>> FindFilesAsync(Call call)
    {
        bool? folders = call.Query("type") switch { "directory" => true, "file" => false, _ => call.Flag("dirs") is false ? false : null };
        var query = new FileQuery(call.Query("query") ?? "", folders, (int?)call.Number("limit", MostFound) ?? 100);
        return call.Workspace.Files.FindFilesAsync(query, call.Cancelled);
    }

    private static async Task<ImmutableArray<ChangedFile>> ChangedAsync(Call call) =>
        [.. (await call.Workspace.Files.StatusAsync(call.Cancelled)).Select(file => new ChangedFile(file.Path, file.Added, file.Removed, file.Status))];
}

/// <summary>A changed file in the words of version control.</summary>
internal sealed record ChangedFile(string File, int Additions, int Deletions, FileChange Status);
