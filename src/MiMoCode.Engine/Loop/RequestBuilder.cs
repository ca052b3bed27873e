using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>Collects contributions. Tools and head sections are pinned with the window; choice and output limit hold for one request.</summary>
internal sealed class RequestBuilder(IEnumerable<string> tools)
{
    private const int CharactersPerToken = 4;
    private readonly List<Section> sections = [];

    public IReadOnlyList<Section> Sections => sections;

    /// <summary>The names of the tools that are offered.</summary>
    public ISet<string> Tools { get; } = tools.ToHashSet();

    public ToolChoice ToolChoice { get; set; } = ToolChoice.Auto;

    public int? MaxOutput { get; set; }

    /// <summary>Adds a section; what exceeds the cap is cut, and the cut is marked.</summary>
    public void Add(string id, string text, int tokenCap) => sections.Add(new Section(id, Cut(text, tokenCap)));

    private static string Cut(string text, int tokenCap) =>
        text.Length <= tokenCap * CharactersPerToken ? text : $"{text[..(tokenCap * CharactersPerToken)]}\n[cut here]";
}

/// <summary>A piece of the head, or a reminder.</summary>
internal sealed record Section(string Id, string Text);
