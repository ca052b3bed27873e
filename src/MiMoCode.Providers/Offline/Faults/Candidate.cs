using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A small repair: these characters of this file become that text. Weight says how common such faults are.</summary>
internal sealed record Candidate(SourceFile File, int Start, int Length, string Replacement, double Weight)
{
    /// <summary>The line that it changes, from 0.</summary>
    public int Line { get; } = File.Text.AsSpan(0, Start).Count('\n');

    /// <summary>The text that it replaces.</summary>
    public string Original => File.Text.Substring(Start, Length);

    /// <summary>The file's text with the repair in it.</summary>
    public string Apply() => string.Concat(File.Text.AsSpan(0, Start), Replacement, File.Text.AsSpan(Start + Length));

    /// <summary>For people: what becomes what, and where.</summary>
    public override string ToString() => $"{File.Path}:{Line + 1}: {Shown(Original)} → {Shown(Replacement)}";

    private static string Shown(string text) => text.Trim().Length is 0 ? "(nothing)" : $"`{(text.Length > 60 ? text[..60] + "…" : text).ReplaceLineEndings(" ")}`";
}
