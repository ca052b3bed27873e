using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.App.Tui;

/// <summary>
/// What is asked on plain lines before the screen is taken: whether the folder is trusted, and whether permissions are really to be
/// skipped. A trusted folder is remembered with everything below it; the home folder and the root of the file system never are.
/// </summary>
internal sealed class StartQuestions(TextReader input, TextWriter output, Folders folders)
{
    private readonly string file = Path.Combine(folders.State, "trusted-folders.json");

    /// <summary>True when the folder is trusted, from earlier or from now on.</summary>
    public async Task<bool> TrustsAsync(string folder, CancellationToken cancellationToken)
    {
        var root = ProjectFolders.Of(folder).Root;
        var broad = root == Path.GetPathRoot(root) || IsIn(folders.Home, root);
        var known = Read();
        if (!broad && known.Any(trusted => IsIn(root, trusted)))
            return true;
        await output.WriteLineAsync(
            $"\n  {Visible(root)}\n\n  mimo reads and changes files here, runs commands, and\n  follows instructions and settings found in the folder.\n"
            + (broad ? "  It holds more than one project: better start in one of them.\n" : ""));
        if (!await AskAsync("  Do you trust it?", usual: !broad, cancellationToken))
            return false;
        if (!broad)
            Write([.. known, root]);
        return true;
    }

    /// <summary>True when the person wants the agent to go on without asking.</summary>
    public async Task<bool> SkipsPermissionsAsync(bool isRoot, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(
            "\n  The agent will not ask any more before it runs commands,\n  touches files outside of the project or uses the network.\n"
            + "  Only deleting, publishing and the like is still asked.\n  Best in a container.\n"
            + (isRoot ? "  You are root: nothing on this machine is out of reach.\n" : ""));
        return await AskAsync("  Skip permissions?", usual: false, cancellationToken);
    }

    private async Task<bool> AskAsync(string question, bool usual, CancellationToken cancellationToken)
    {
        await output.WriteAsync($"{question} {(usual ? "[Y/n]" : "[y/N]")} ");
        await output.FlushAsync(cancellationToken);
        return (await input.ReadLineAsync(cancellationToken))?.Trim().ToUpperInvariant() switch
        {
            "Y" or "YES" => true,
            "" => usual,
            _ => false,
        };
    }

    private string[] Read()
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), TrustJson.Default.StringArray) ?? [] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];   // then it is asked once more
        }
    }

    private void Write(string[] trusted)
    {
        try
        {
            Directory.CreateDirectory(folders.State);
            File.WriteAllText(file + ".new", JsonSerializer.Serialize(trusted, TrustJson.Default.StringArray));
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"mimo: this cannot be remembered: {error.Message}");
        }
    }

    private static bool IsIn(string path, string folder) =>
        path == folder || path.StartsWith(folder.EndsWith('/') ? folder : folder + "/", StringComparison.Ordinal);

    private static string Visible(string path) => string.Concat(path.Select(letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format ? '?' : letter));
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class TrustJson : JsonSerializerContext;
