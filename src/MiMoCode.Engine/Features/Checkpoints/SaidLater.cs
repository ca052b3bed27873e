using System.Text;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>Marks in a text what was said differently since, so that it can be told word for word without telling what no longer holds.</summary>
internal sealed partial class SaidLater
{
    private readonly Vocabulary vocabulary = new();
    private readonly Record record;

    public SaidLater(CheckpointDocument document) => record = new Record(
        [.. document.In(CheckpointSection.Later).OrderBy(line => line.Seq).Select((line, at) => Statement.Of(line.Text, vocabulary, new Said(line.Seq, line.Time, false), at))],
        vocabulary);

    /// <param name="text">What was said.</param>
    /// <param name="seq">The number of its message.</param>
    public string Mark(string text, long seq)
    {
        var (marked, end) = (new StringBuilder(), 0);
        foreach (var sentence in Passages.Sentences(text))
        {
            var said = text.Substring(sentence.Start, sentence.Length);
            var old = Statement.Of(said, vocabulary);
            if (old.IsQuestion || record.SaidLater(old, seq, null) is not { } later || record.MayBeOfAnother(old, later))
                continue;
            marked.Append(text, end, sentence.Start - end);
            marked.Append(record.IsSame(old, later) ? $"[said differently later: {later.Text}]" : $"{said} [later: {later.Text}]");
            end = sentence.Start + sentence.Length;
        }

        return marked.Append(text, end, text.Length - end).ToString();
    }

    /// <summary>What a line says that was copied with its mark: what took its place if something did, else what it said.</summary>
    public static string Unmarked(string text) => Instead().Replace(Beside().Replace(text, ""), "${later}").Trim();

    [GeneratedRegex(@"\[said differently later: (?<later>[^\]]*)\]")]
    private static partial Regex Instead();

    [GeneratedRegex(@"\s*\[later: [^\]]*\]")]
    private static partial Regex Beside();
}
