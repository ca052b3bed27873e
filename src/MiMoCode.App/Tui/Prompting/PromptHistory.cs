using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.App.Tui.Prompting;

/// <summary>Prompts that were sent, oldest first, in a file of one JSON object a line. Lines that cannot be read are left out of it.</summary>
internal sealed class PromptHistory(string? path)
{
    private const int Most = 50;

    private readonly List<PastPrompt> entries = [];
    private bool loaded;
    private int at;         // entries.Count: nothing recalled
    private PastPrompt? draft;

    /// <summary>True while an earlier prompt is shown.</summary>
    public bool Recalling => loaded && at < entries.Count;

    /// <summary>An older or newer prompt; null when there is none.</summary>
    public PastPrompt? Recall(int by, PastPrompt current)
    {
        Load();
        if (at + by < 0 || at + by > entries.Count)
            return null;
        if (!Recalling)
            draft = current;
        at += by;
        return Recalling ? entries[at] : draft;
    }

    /// <summary>Remembers a prompt that was sent.</summary>
    public void Add(PastPrompt prompt)
    {
        Load();
        entries.RemoveAll(entry => entry == prompt);
        entries.Add(prompt);
        if (entries.Count > Most)
            entries.RemoveRange(0, entries.Count - Most);
        Forget();
        Save();
    }

    /// <summary>What is shown was changed: the next recall begins at the newest again.</summary>
    public void Forget() => (at, draft) = (entries.Count, null);

    private void Load()
    {
        if (loaded)
            return;
        loaded = true;
        foreach (var line in path is not null && File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize(line, PromptJson.Default.PastPrompt) is { Input: not null } entry)
                    entries.Add(entry);
            }
            catch (JsonException)
            {
                // Half a line, from a crash: the next prompt writes the file anew without it.
            }
        }

        at = entries.Count;
    }

    private void Save()
    {
        if (path is null)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path + ".new", entries.Select(entry => JsonSerializer.Serialize(entry, PromptJson.Default.PastPrompt)));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A convenience: without a writable folder it lasts as long as the program.
        }
    }
}

/// <summary>A prompt as it was typed; mode is <c>shell</c> for command lines.</summary>
internal sealed record PastPrompt(string Input, string? Mode = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PastPrompt))]
internal sealed partial class PromptJson : JsonSerializerContext;
