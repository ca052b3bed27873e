using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol;

namespace MiMoCode.App.Tui.Prompting;

/// <summary>Edits a text with the program that VISUAL or EDITOR names.</summary>
internal sealed class ExternalEditor(string command, string directory, EnvironmentVariables environment, TimeProvider clock)
{
    /// <summary>The person's editor; null when none is set.</summary>
    public static ExternalEditor? Of(EnvironmentVariables environment, string directory, TimeProvider clock) =>
        (environment["VISUAL"] ?? environment["EDITOR"]) is { } command ? new ExternalEditor(command, directory, environment, clock) : null;

    /// <summary>The text as it was saved; null when the editor failed, and then the old one stands.</summary>
    public async Task<string?> EditAsync(string text, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("mimo-prompt-").FullName, "prompt.md");
        try
        {
            await File.WriteAllTextAsync(file, text, cancellationToken);
            // A shell reads the command as people write it, with arguments and quotes; the file's name is no part of it.
            var code = await ForegroundProgram.RunAsync(
                "/bin/sh", ["-c", $"{command} \"$1\"", "sh", file], directory, environment.All, clock, cancellationToken);
            return code == 0 ? await File.ReadAllTextAsync(file, cancellationToken) : null;
        }
        catch (IOException error)
        {
            throw new UserException($"The editor {command} cannot be used: {error.Message}");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }
}
