using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Style;

namespace MiMoCode.Terminal.Markdown;

/// <summary>How each part of Markdown looks.</summary>
public sealed record MarkdownStyles
{
    /// <summary>Running text.</summary>
    public CellStyle Text { get; init; }

    /// <summary>Headings.</summary>
    public CellStyle Heading { get; init; } = new(default, default, TextAttributes.Bold);

    /// <summary>Strong text, laid over what it stands in.</summary>
    public CellStyle Strong { get; init; } = new(default, default, TextAttributes.Bold);

    /// <summary>Emphasis, laid over what it stands in.</summary>
    public CellStyle Emphasis { get; init; } = new(default, default, TextAttributes.Italic);

    /// <summary>Code in a line, and code that is no token of its own.</summary>
    public CellStyle Code { get; init; }

    /// <summary>The text of a link.</summary>
    public CellStyle LinkText { get; init; } = new(default, default, TextAttributes.Underline);

    /// <summary>Where a link leads.</summary>
    public CellStyle LinkTarget { get; init; } = new(default, default, TextAttributes.Dim);

    /// <summary>Quoted text.</summary>
    public CellStyle Quote { get; init; } = new(default, default, TextAttributes.Italic);

    /// <summary>Bars, rules, borders of tables.</summary>
    public CellStyle Rule { get; init; } = new(default, default, TextAttributes.Dim);

    /// <summary>Bullets and numbers of lists.</summary>
    public CellStyle Marker { get; init; }

    /// <summary>The styles of code, by token.</summary>
    public IReadOnlyDictionary<Token, CellStyle> Tokens { get; init; } = new Dictionary<Token, CellStyle>();

    /// <summary>The styles that a theme gives.</summary>
    public static MarkdownStyles From(Theme theme) => new()
    {
        Text = theme.Text("markdownText"),
        Heading = theme.Text("markdownHeading", TextAttributes.Bold),
        Strong = theme.Text("markdownStrong", TextAttributes.Bold),
        Emphasis = theme.Text("markdownEmph", TextAttributes.Italic),
        Code = theme.Text("markdownCode"),
        LinkText = theme.Text("markdownLinkText", TextAttributes.Underline),
        LinkTarget = theme.Text("markdownLink"),
        Quote = theme.Text("markdownBlockQuote", TextAttributes.Italic),
        Rule = theme.Text("markdownHorizontalRule"),
        Marker = theme.Text("markdownListItem"),
        Tokens = Enum.GetValues<Token>().Where(token => token != Token.Text).ToDictionary(token => token, token => theme.Text("syntax" + token)),
    };
}
