using System.Text;
using System.Text.RegularExpressions;

namespace MiMoCode.Bench.Terminal;

/// <summary>Answers what programs ask of a terminal: who are you, do you know synchronized output and the keyboard protocol, your colours, the cursor.</summary>
internal sealed partial class TerminalAnswers
{
    private string rest = "";

    /// <summary>The answers to the questions in some output; a question may be cut in two.</summary>
    public string To(ReadOnlySpan<byte> output)
    {
        var text = rest + Encoding.Latin1.GetString(output);
        var answers = new StringBuilder();
        var end = 0;
        foreach (Match match in Question().Matches(text))
        {
            answers.Append(Answer(match.Value));
            end = match.Index + match.Length;
        }

        var open = text.LastIndexOf('\e');
        rest = open >= end && text.Length - open < 32 ? text[open..] : "";
        return answers.ToString();
    }

    private static string Answer(string question) => question switch
    {
        "\e[c" or "\e[0c" => "\e[?62;22c",
        "\e[>c" or "\e[>0c" => "\e[>1;10;0c",
        "\e[>q" or "\e[>0q" => "\eP>|meter 1\e\\",
        "\e[6n" => "\e[1;1R",
        "\e[5n" => "\e[0n",
        "\e[?u" => "\e[?0u",
        "\e[14t" => "\e[4;800;1200t",
        "\e[?996n" => "\e[?997;1n",
        ['\e', ']', ..] => $"{question[..question.LastIndexOf('?')]}rgb:1e1e/1e1e/1e1e\e\\",
        _ when question.EndsWith("$p", StringComparison.Ordinal) => $"{question[..^2]};2$y",
        _ => "",
    };

    [GeneratedRegex(@"\x1b\[(?:0?c|>0?c|>0?q|[56]n|\?u|14t|\?996n|\?\d+\$p)|\x1b\](?:1\d|4;\d+);\?(?:\x07|\x1b\\)")]
    private static partial Regex Question();
}
