using System.Collections.Immutable;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Tui;

/// <summary>Turns a prompt into its parts: the text, and the files that it mentions after @.</summary>
internal static class Mentions
{
    public static ImmutableArray<PromptPart> Of(string text, Conversation conversation)
    {
        var parts = ImmutableArray.CreateBuilder<PromptPart>();
        parts.Add(new PromptText(text));
        if (conversation.Place is not { } place)
            return parts.ToImmutable();
        foreach (var word in text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(word => word is ['@', _, ..]).Distinct())
        {
            var (name, lines) = word.IndexOf('#', StringComparison.Ordinal) is > 0 and var hash ? (word[1..hash], word[(hash + 1)..]) : (word[1..], "");
            var path = Path.GetFullPath(name.TrimEnd('.', ',', ';', ':', ')'), place.Directory);
            if (File.Exists(path))
                parts.Add(new PromptFile("text/plain", new Uri(path).AbsoluteUri + Range(lines), name));
        }

        return parts.ToImmutable();
    }

    private static string Range(string lines)
    {
        var ends = lines.Split('-');
        return int.TryParse(ends[0], out var start)
            ? ends.Length > 1 && int.TryParse(ends[1], out var end) ? $"?start={start}&end={end}" : $"?start={start}"
            : "";
    }
}
