using System.Net;

namespace MiMoCode.Engine.Tools.Web;

/// <summary>What a piece of a page is.</summary>
internal enum HtmlKind
{
    Text,
    Open,
    Close,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">The text, decoded; or the tag's name in lower case.</param>
/// <param name="Attributes">What stands in an opening tag behind its name.</param>
internal readonly record struct HtmlToken(HtmlKind Kind, string Text, string Attributes = "")
{
    /// <summary>An attribute's value, decoded; null when the tag has none of that name.</summary>
    public string? Attribute(string name)
    {
        for (int from = 0, at; (at = Attributes.IndexOf(name, from, StringComparison.OrdinalIgnoreCase)) >= 0; from = at + name.Length)
        {
            var value = Attributes.AsSpan(at + name.Length).TrimStart();
            if ((at > 0 && !char.IsWhiteSpace(Attributes[at - 1]) && Attributes[at - 1] is not ('"' or '\'')) || value.IsEmpty || value[0] != '=')
                continue;
            value = value[1..].TrimStart();
            if (value.IsEmpty)
                return "";
            var end = value[0] is '"' or '\'' ? value[1..].IndexOf(value[0]) + 1 : value.IndexOfAny(" \t\r\n");
            var text = value[0] is '"' or '\'' ? value[1..Math.Max(end, 1)] : end < 0 ? value : value[..end];
            return WebUtility.HtmlDecode(text.ToString());
        }

        return null;
    }
}

/// <summary>Takes a page apart, whatever is wrong with it, in time linear in its length.</summary>
internal static class HtmlTokens
{
    public static IEnumerable<HtmlToken> Of(string html)
    {
        var at = 0;
        while (at < html.Length)
        {
            var open = NextTag(html, at);
            if (open > at)
                yield return new HtmlToken(HtmlKind.Text, WebUtility.HtmlDecode(html[at..open]));
            if (open == html.Length)
                yield break;
            var end = TagEnd(html, open);
            if (end < 0)
                yield break;
            at = end;
            if (html[open + 1] is '!' or '?')
                continue;
            var tag = TagOf(html.AsSpan(open + 1, end - open - 2));
            yield return tag;
            if (tag.Kind is HtmlKind.Open && tag.Text is "script" or "style" or "textarea" or "template" or "svg" or "iframe" or "noscript")
                at = AfterClosing(html, at, tag.Text);
        }
    }

    /// <summary>A &lt; that no tag can begin with is text.</summary>
    private static int NextTag(string html, int from)
    {
        for (var at = from; (at = html.IndexOf('<', at)) >= 0; at++)
        {
            if (at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!' or '?'))
                return at;
        }

        return html.Length;
    }

    /// <summary>Behind the tag or comment; negative when it does not end.</summary>
    private static int TagEnd(string html, int open)
    {
        if (html.AsSpan(open).StartsWith("<!--"))
            return html.IndexOf("-->", open + 4, StringComparison.Ordinal) is >= 0 and var close ? close + 3 : -1;
        for (var at = open + 1; (at = html.AsSpan(at).IndexOfAny('>', '"', '\'') is >= 0 and var next ? at + next : -1) >= 0; at++)
        {
            if (html[at] is '>')
                return at + 1;

            // A quotation mark only means something behind an equals sign.
            if (html.AsSpan(open, at - open).TrimEnd() is [.., '='] && html.IndexOf(html[at], at + 1) is >= 0 and var quote)
                at = quote;
        }

        return -1;
    }

    private static HtmlToken TagOf(ReadOnlySpan<char> tag)
    {
        var kind = tag[0] is '/' ? HtmlKind.Close : HtmlKind.Open;
        tag = kind is HtmlKind.Close ? tag[1..] : tag.TrimEnd('/');
        var end = tag.IndexOfAny(" \t\r\n/");
        var name = end < 0 ? tag : tag[..end];
        return new HtmlToken(kind, name.ToString().ToLowerInvariant(), kind is HtmlKind.Open && end >= 0 ? tag[end..].ToString() : "");
    }

    private static int AfterClosing(string html, int from, string name)
    {
        var at = html.IndexOf("</" + name, from, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? html.Length : at;
    }
}
