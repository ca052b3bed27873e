using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Web;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools;

/// <summary>What the model may say when it calls <see cref="WebFetchTool"/>.</summary>
internal sealed record WebFetchArgs(
    [property: Description("The address, with http:// or https://.")] string Url,
    [property: Description("How to give a page: markdown (when left out), text or html.")] PageFormat Format = PageFormat.Markdown,
    [property: Description("How long it may take, in seconds; 30 when left out, at most 120.")] int? Timeout = null);

/// <summary>How a page is given to the model.</summary>
internal enum PageFormat
{
    [JsonStringEnumMemberName("markdown")] Markdown,
    [JsonStringEnumMemberName("text")] Text,
    [JsonStringEnumMemberName("html")] Html,
}

/// <summary>Gets a page from the web. The model reads webfetch.md.</summary>
internal sealed class WebFetchTool(WebPages pages) : Tool<WebFetchArgs>("webfetch", ToolJson.Default.WebFetchArgs)
{
    private const int DefaultTimeout = 30, LongestTimeout = 120;

    protected override ValueTask<ToolPlan> PlanAsync(WebFetchArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(args.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ToolException($"{args.Url} is no web address. Give one that begins with https:// or http://.");
        if (address.UserInfo.Length > 0)
            throw new ToolException("The address holds a user name or password, which is not sent. Leave it out.");
        if (args.Timeout is <= 0)
            throw new ToolException("timeout must be a positive number of seconds.");

        var isPrivate = WebPages.IsPrivate(address);
        ImmutableArray<Access> accesses =
        [
            new Access("webfetch", address.AbsoluteUri, $"{address.GetLeftPart(UriPartial.Authority)}/*", new TextDetails(address.AbsoluteUri)),
        ];
        if (isPrivate)
            accesses = accesses.Add(new Access("webfetch", $"private:{address.Authority}", $"private:{address.Authority}", new TextDetails(address.AbsoluteUri)));
        return new(new ToolPlan(accesses, stopping => FetchAsync(args, address, isPrivate, stopping), Exclusive: false));
    }

    private async Task<ToolResult> FetchAsync(WebFetchArgs args, Uri address, bool isPrivate, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.FromSeconds(Math.Min(args.Timeout ?? DefaultTimeout, LongestTimeout));
        var page = await pages.GetAsync(address, isPrivate, longest, cancellationToken);
        if (page.MovedTo is { } target)
            return new ToolResult($"The page has moved to {target}. Fetch that address if you want it.", address.AbsoluteUri);

        var text = TextOf(page, args.Format);
        return new ToolResult(
            text.Length == 0 ? "(the page has no text)" : text, address.AbsoluteUri, new TextDetails($"{page.MediaType}, {page.Content.Length} bytes"));
    }

    private static string TextOf(WebPage page, PageFormat format)
    {
        if (TextEncoding.LooksBinary(page.Content) || page.MediaType.Split('/')[0] is "image" or "audio" or "video" or "font")
            throw new ToolException($"{page.Address} is {page.MediaType} of {page.Content.Length} bytes, not text. Download it with a program if it is needed.");
        var text = TextEncoding.Readable(TextEncoding.Detect(page.Content).Decode(page.Content));
        if (page.MediaType is not ("text/html" or "application/xhtml+xml") || format is PageFormat.Html)
            return text;
        return HtmlMarkdown.Of(text, format is PageFormat.Markdown ? page.Address : null);
    }
}
