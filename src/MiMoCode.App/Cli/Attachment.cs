using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary>A file of the command line as a part of the prompt. It is read when it is sent, and by what it then holds.</summary>
internal static class Attachment
{
    public static PromptFile Of(string name, string directory)
    {
        var path = Path.GetFullPath(name, directory);
        if (Directory.Exists(path))
            return new PromptFile("application/x-directory", new Uri(path).AbsoluteUri, Path.GetFileName(path));
        return File.Exists(path)
            ? new PromptFile(MimeOf(path), new Uri(path).AbsoluteUri, Path.GetFileName(path))
            : throw new UserException($"There is no file {path}.");
    }

    private static string MimeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".pdf" => "application/pdf",
        _ => "text/plain",
    };
}
