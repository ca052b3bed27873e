using System.Globalization;

namespace MiMoCode.Engine.Tools.Web;

/// <summary>Turns a page into the Markdown, or the plain text, that a model can read: content without scripts, styles and forms.</summary>
internal sealed class HtmlMarkdown
{
    private readonly MarkdownWriter text = new();
    private readonly Uri? address;
    private readonly Stack<int> lists = new();
    private readonly Stack<string?> links = new();
    private int preformatted, cells;
    private bool inTitle, inHead;

    private HtmlMarkdown(Uri? address) => this.address = address;

    /// <param name="html">The page.</param>
    /// <param name="address">Where it came from, for its links; null: plain text, without links and marks.</param>
    public static string Of(string html, Uri? address)
    {
        var page = new HtmlMarkdown(address);
        foreach (var token in HtmlTokens.Of(html))
            page.Add(token);
        return page.text.ToString();
    }

    private bool HasMarks => address is not null;

    private void Add(HtmlToken token)
    {
        switch (token.Kind)
        {
            case HtmlKind.Text when inTitle || !inHead:
                text.Write(token.Text, asIs: preformatted > 0);
                break;
            case HtmlKind.Open:
                Open(token);
                break;
            case HtmlKind.Close:
                Close(token.Text);
                break;
        }
    }

    private void Open(HtmlToken tag)
    {
        switch (tag.Text)
        {
            case "head":
                inHead = true;
                break;
            case "body":
                (inHead, inTitle) = (false, false);
                break;
            case "title" when inHead:
                inTitle = true;
                Mark("# ");
                break;
            case ['h', >= '1' and <= '6']:
                text.Break(2);
                Mark(new string('#', tag.Text[1] - '0') + " ");
                break;
            case "br":
                text.Break(1);
                break;
            case "hr":
                text.Break(2);
                Mark("---");
                text.Break(2);
                break;
            case "pre":
                text.Break(2);
                if (preformatted++ == 0)
                    Fence();
                break;
            case "ul":
                StartList(0);
                break;
            case "ol":
                StartList(int.TryParse(tag.Attribute("start"), CultureInfo.InvariantCulture, out var first) ? first : 1);
                break;
            case "li":
                Item();
                break;
            case "blockquote":
                text.Break(2);
                text.Indent("> ");
                break;
            case "td" or "th":
                text.Literal(cells++ == 0 ? "" : " | ");
                break;
            case "a":
                OpenLink(tag.Attribute("href"));
                break;
            case "img" when HasMarks && tag.Attribute("alt") is { Length: > 0 } alt:
                text.Literal($"![{alt}]({Absolute(tag.Attribute("src")) ?? ""})");
                break;
            default:
                Inline(tag.Text);
                Block(tag.Text);
                break;
        }
    }

    private void Close(string name)
    {
        switch (name)
        {
            case "head":
                inHead = false;
                break;
            case "title":
                inTitle = false;
                text.Break(2);
                break;
            case "pre" when preformatted > 0:
                if (--preformatted == 0)
                {
                    text.Break(1);
                    Fence();
                }

                text.Break(2);
                break;
            case "ul" or "ol" when lists.Count > 0:
                lists.Pop();
                text.Outdent();
                text.Break(lists.Count > 0 ? 1 : 2);
                break;
            case "blockquote":
                text.Outdent();
                text.Break(2);
                break;
            case "tr":
                cells = 0;
                text.Break(1);
                break;
            case "a" when links.TryPop(out var target):
                text.Literal(target is null ? "" : $"]({target})");
                break;
            default:
                Inline(name);
                Block(name);
                break;
        }
    }

    private void StartList(int first)
    {
        text.Break(lists.Count > 0 ? 1 : 2);
        text.Indent(lists.Count > 0 ? "  " : "");
        lists.Push(first);
    }

    private void Item()
    {
        text.Break(1);
        if (!lists.TryPop(out var number))
            number = 0;
        else
            lists.Push(number is 0 ? 0 : number + 1);
        text.Literal(number is 0 ? "- " : string.Create(CultureInfo.InvariantCulture, $"{number}. "));
    }

    private void OpenLink(string? target)
    {
        var absolute = Absolute(target);
        links.Push(absolute);
        text.Literal(absolute is null ? "" : "[");
    }

    private string? Absolute(string? target) =>
        address is not null && target is { Length: > 0 } && !target.StartsWith('#') && Uri.TryCreate(address, target, out var uri)
            && uri.Scheme is "http" or "https" or "mailto" ? uri.AbsoluteUri : null;

    private void Inline(string name) => text.Literal(!HasMarks || preformatted > 0 ? "" : name switch
    {
        "strong" or "b" => "**",
        "em" or "i" => "*",
        "code" or "kbd" or "samp" => "`",
        _ => "",
    });

    private void Block(string name)
    {
        switch (name)
        {
            case "p" or "table" or "dl" or "figure" or ['h', >= '1' and <= '6']:
                text.Break(2);
                break;
            case "div" or "section" or "article" or "main" or "header" or "footer" or "nav" or "aside" or "tr" or "dt" or "dd"
                or "form" or "fieldset" or "option" or "li" or "summary" or "details" or "figcaption" or "caption":
                text.Break(1);
                break;
        }
    }

    private void Fence()
    {
        if (!HasMarks)
            return;
        text.Literal("```");
        text.Break(1);
    }

    private void Mark(string mark) => text.Literal(HasMarks ? mark : "");
}
