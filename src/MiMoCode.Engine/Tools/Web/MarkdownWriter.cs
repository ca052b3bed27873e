using System.Text;

namespace MiMoCode.Engine.Tools.Web;

/// <summary>Collects text as a browser shows it: runs of blanks are one, breaks add up to the largest, lines begin with their prefixes.</summary>
internal sealed class MarkdownWriter
{
    private const int DeepestShown = 16;
    private readonly StringBuilder text = new();
    private readonly List<string> prefixes = [];
    private int depth;
    private int breaks;
    private bool blank;
    private bool atLineStart = true;

    /// <summary>From here on each line begins with this too: quotations and indentation. Deeper nesting than is readable is not shown.</summary>
    public void Indent(string prefix)
    {
        if (depth++ < DeepestShown)
            prefixes.Add(prefix);
    }

    /// <summary>Takes the last prefix back; none is fine.</summary>
    public void Outdent()
    {
        if (depth > 0 && depth-- <= DeepestShown)
            prefixes.RemoveAt(depth);
    }

    /// <summary>The next text begins so many lines further down; 2 leaves an empty line between.</summary>
    public void Break(int lines) => (breaks, blank) = (Math.Max(breaks, lines), false);

    /// <summary>A mark that stands where it stands, for instance in front of a heading.</summary>
    public void Literal(string mark)
    {
        if (mark.Length == 0)
            return;
        Begin();
        text.Append(mark);
        atLineStart = false;
    }

    /// <param name="content">Text of the page.</param>
    /// <param name="asIs">Blanks and lines count.</param>
    public void Write(string content, bool asIs)
    {
        if (asIs)
        {
            Lines(content.ReplaceLineEndings("\n"));
            return;
        }

        foreach (var letter in content)
        {
            if (letter is ' ' or '\t' or '\n' or '\r' or '\f' or '\u00A0')
            {
                blank = true;
                continue;
            }

            Begin();
            text.Append(letter);
            atLineStart = false;
        }
    }

    public override string ToString() => text.ToString().Trim('\n');

    private void Lines(string content)
    {
        var lines = content.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
            {
                Begin();
                text.Append('\n');
                Prefix();
            }

            if (lines[i].Length > 0)
                Literal(lines[i]);
        }
    }

    private void Begin()
    {
        if (breaks > 0 && text.Length > 0)
        {
            for (; breaks > 0; breaks--)
            {
                text.Append('\n');
                Prefix();
            }
        }
        else if (blank && !atLineStart)
        {
            text.Append(' ');
        }
        else if (text.Length == 0)
        {
            Prefix();
        }

        (breaks, blank) = (0, false);
    }

    private void Prefix()
    {
        text.AppendJoin("", prefixes);
        atLineStart = true;
    }
}
