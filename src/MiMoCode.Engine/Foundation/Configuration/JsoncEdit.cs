using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>
/// Changes settings in the text of a file and leaves the rest of it as it was written: comments, order, spaces. Objects are changed key
/// by key, other values are replaced, and new keys come last, because for permission rules the order decides.
/// </summary>
internal sealed class JsoncEdit
{
    private const string Step = "  ";
    private readonly string text;
    private readonly string newLine;
    private readonly List<(int Start, int End, string Text)> edits = [];

    private JsoncEdit(string text) => (this.text, newLine) = (text, text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n");

    /// <summary>The text with the changes made.</summary>
    /// <param name="text">The text of the file; empty when there is none yet.</param>
    /// <param name="tree">What was read from it.</param>
    /// <param name="changes">What is to be set.</param>
    public static string Apply(string text, ObjectNode tree, ObjectNode changes)
    {
        var edit = new JsoncEdit(text);
        if (tree.Span.End is 0)
            return text + (text.Length is 0 || text.EndsWith('\n') ? "" : edit.newLine) + edit.Json(changes, "") + edit.newLine;
        edit.Change(tree, changes);
        return edit.Result();
    }

    private string Result()
    {
        var result = new StringBuilder(text);
        foreach (var (start, end, replacement) in edits.OrderByDescending(edit => edit.Start))
            result.Remove(start, end - start).Insert(start, replacement);
        return result.ToString();
    }

    private void Change(ObjectNode node, ObjectNode changes)
    {
        var added = new List<Member>();
        foreach (var member in changes.Members)
        {
            if (node[member.Name] is not { } old)
                added.Add(member);
            else if ((old, member.Value) is (ObjectNode below, ObjectNode above))
                Change(below, above);
            else
                edits.Add((old.Span.Start, old.Span.End, Json(member.Value, IndentOf(old.Span.Start))));
        }

        if (added.Count > 0)
            Add(node, added);
    }

    private void Add(ObjectNode node, List<Member> members)
    {
        if (node.Members.IsEmpty)
        {
            var (close, outer) = (node.Span.End - 1, IndentOf(node.Span.Start));
            edits.Add((close, close, newLine + outer + Step + Lines(members, outer + Step) + newLine + outer));
            return;
        }

        var last = node.Members.MaxBy(member => member.Value.Span.End)!.Value.Span;
        if (!text.AsSpan(node.Span.Start, last.Start - node.Span.Start).Contains('\n'))
        {
            edits.Add((last.End, last.End, string.Concat(members.Select(member => $", {Line(member, IndentOf(last.Start))}"))));
            return;
        }

        // A comment at the end of the line belongs to what stands there.
        var comma = After(last.End);
        var hasComma = comma < text.Length && text[comma] == ',';
        var (indent, end) = (IndentOf(last.Start), EndOfLine(hasComma ? comma + 1 : last.End));
        var lines = newLine + indent + Lines(members, indent) + (hasComma ? "," : "");
        if (hasComma || end > last.End)
            edits.Add((end, end, lines));
        if (!hasComma)
            edits.Add((last.End, last.End, end > last.End ? "," : "," + lines));
    }

    private string Lines(List<Member> members, string indent) => string.Join("," + newLine + indent, members.Select(member => Line(member, indent)));

    private string Line(Member member, string indent) => $"{Json(new TextNode(default, member.Name), indent)}: {Json(member.Value, indent)}";

    private string Json(Node value, string indent)
    {
        using var buffer = new MemoryStream();
        // People read it: only what JSON itself wants escaped is.
        using (var json = JsonDocument.Parse(value.ToJson()))
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            json.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray()).ReplaceLineEndings(newLine + indent);
    }

    /// <summary>The spaces that the line of a place begins with.</summary>
    private string IndentOf(int place)
    {
        var start = text.LastIndexOf('\n', place - 1 < 0 ? 0 : place - 1) + 1;
        var end = start;
        while (end < text.Length && text[end] is ' ' or '\t')
            end++;
        return text[start..end];
    }

    /// <summary>The next place that is neither space nor comment.</summary>
    private int After(int place)
    {
        while (place < text.Length)
        {
            if (char.IsWhiteSpace(text[place]))
                place++;
            else if (Follows(place, "//"))
                place = text.IndexOf('\n', place) is >= 0 and var end ? end : text.Length;
            else if (Follows(place, "/*"))
                place = text.IndexOf("*/", place + 2, StringComparison.Ordinal) + 2;
            else
                return place;
        }

        return place;
    }

    /// <summary>The end of the line when nothing but spaces and a comment is left of it; else the place itself.</summary>
    private int EndOfLine(int place)
    {
        var end = text.IndexOf('\n', place) is >= 0 and var found ? found : text.Length;
        if (end > place && text[end - 1] == '\r')
            end--;
        return After(place) >= end ? end : place;
    }

    private bool Follows(int place, string mark) => string.CompareOrdinal(text, place, mark, 0, mark.Length) == 0;
}
