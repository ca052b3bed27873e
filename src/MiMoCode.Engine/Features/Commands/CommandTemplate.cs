using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Features.Commands;

/// <summary>A piece of a filled template: text, or a command line whose output belongs there.</summary>
internal sealed record TemplatePiece(string Text, bool IsShell);

/// <summary>
/// Fills a template with what was typed: <c>$ARGUMENTS</c> is all of it, <c>$1</c> and on are its words, the highest number takes the
/// rest. In a <c>!`command line`</c> words are quoted, so that what is typed stays an argument and never becomes a command.
/// </summary>
internal static partial class CommandTemplate
{
    public static ImmutableArray<TemplatePiece> Fill(string template, string arguments)
    {
        var words = Words(arguments);
        var highest = Place().Matches(template).Select(match => Number(match)).DefaultIfEmpty(0).Max();
        var hasPlace = highest > 0 || template.Contains("$ARGUMENTS", StringComparison.Ordinal);
        var pieces = ImmutableArray.CreateBuilder<TemplatePiece>();
        var from = 0;
        foreach (Match shell in Shell().Matches(template))
        {
            Add(template[from..shell.Index], isShell: false);
            Add(shell.Groups["line"].Value, isShell: true);
            from = shell.Index + shell.Length;
        }

        Add(template[from..] + (hasPlace || arguments.Length is 0 ? "" : $"\n\n{arguments}"), isShell: false);
        return pieces.ToImmutable();

        void Add(string text, bool isShell)
        {
            if (text.Length > 0)
                pieces.Add(new TemplatePiece(hasPlace ? Put(text, arguments, words, highest, isShell) : text, isShell));
        }
    }

    /// <summary>What of a template is filled with what is typed, in the order of a reader.</summary>
    public static ImmutableArray<string> Places(string template) =>
        [.. Any().Matches(template).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The paths that a text mentions with an @ before them.</summary>
    public static ImmutableArray<string> Mentions(string text) =>
        [.. Mention().Matches(text).Select(match => match.Groups["path"].Value.TrimEnd('.', ',', ';', ':')).Where(path => path.Length > 0).Distinct()];

    /// <summary>The words of a line; quotes hold words together.</summary>
    internal static ImmutableArray<string> Words(string line) =>
        [.. Word().Matches(line).Select(match => match.Value is ['"' or '\'', .., _] quoted && quoted[0] == quoted[^1] ? quoted[1..^1] : match.Value)];

    private static string Put(string text, string arguments, ImmutableArray<string> words, int highest, bool quote)
    {
        var all = quote ? string.Join(' ', words.Select(Quote)) : arguments;
        return Any().Replace(text, match =>
        {
            if (match.Value is "$ARGUMENTS")
                return all;
            var number = Number(match);
            if (number > words.Length)
                return "";
            var taken = number == highest ? words[(number - 1)..] : [words[number - 1]];
            return string.Join(' ', quote ? taken.Select(Quote) : taken);
        });
    }

    private static int Number(Match match) => int.Parse(match.ValueSpan[1..], NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\$[1-9][0-9]?(?![0-9])")]
    private static partial Regex Place();

    [GeneratedRegex(@"\$ARGUMENTS|\$[1-9][0-9]?(?![0-9])")]
    private static partial Regex Any();

    [GeneratedRegex("!`(?<line>[^`]+)`")]
    private static partial Regex Shell();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![\w`])@(?<path>[\w./~-]+)")]
    private static partial Regex Mention();
}
