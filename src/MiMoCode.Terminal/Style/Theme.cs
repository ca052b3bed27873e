using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Style;

/// <summary>Named colours of a user interface. A theme file may leave any out; those are then as in the default theme.</summary>
public sealed class Theme
{
    /// <summary>Names that stand in for another when a theme lacks them.</summary>
    private static readonly FrozenDictionary<string, string> StandIns = new Dictionary<string, string>
    {
        ["backgroundMenu"] = "backgroundElement", ["selectedListItemText"] = "background", ["textMuted"] = "text", ["accent"] = "primary",
        ["secondary"] = "primary", ["borderActive"] = "primary", ["borderSubtle"] = "border", ["info"] = "secondary",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, Color> colors;

    private Theme(Dictionary<string, Color> colors) => this.colors = colors;

    /// <summary>A theme of the terminal's own colours only.</summary>
    public static Theme Plain { get; } = new(new Dictionary<string, Color>(StringComparer.Ordinal)
    {
        ["primary"] = Color.Palette(12), ["error"] = Color.Palette(9), ["warning"] = Color.Palette(11), ["success"] = Color.Palette(10),
        ["textMuted"] = Color.Palette(8), ["border"] = Color.Palette(8), ["diffAdded"] = Color.Palette(2), ["diffRemoved"] = Color.Palette(1),
    });

    /// <summary>A colour by its name, such as <c>textMuted</c>; unset if neither this theme nor its stand-in has it.</summary>
    public Color this[string name]
    {
        get
        {
            if (colors.TryGetValue(name, out var color)) return color;
            return StandIns.TryGetValue(name, out var other) ? this[other] : Color.Unset;
        }
    }

    /// <summary>A style of a named text colour.</summary>
    public CellStyle Text(string name, TextAttributes attributes = TextAttributes.None) => new(this[name], default, attributes);

    /// <summary>Reads a theme file.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="dark">Which of the two values of a colour counts.</param>
    /// <exception cref="FormatException">It is no theme; the message names the key.</exception>
    public static Theme Parse(string json, bool dark)
    {
        ThemeFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, ThemeJson.Default.ThemeFile);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The theme is not valid JSON (line {e.LineNumber + 1}).", e);
        }

        var colors = new Dictionary<string, Color>(StringComparer.Ordinal);
        foreach (var (name, value) in file?.Theme ?? [])
        {
            if (value.ValueKind != JsonValueKind.Number || name != "thinkingOpacity") colors[name] = Resolve(file!, name, value, dark, 0);
        }

        return new Theme(colors);
    }

    private static Color Resolve(ThemeFile file, string key, JsonElement value, bool dark, int depth)
    {
        if (depth > 16) throw new FormatException($"The colour '{key}' of the theme refers to itself.");
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(dark ? "dark" : "light", out var variant))
            return Resolve(file, key, variant, dark, depth + 1);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (Color.TryParse(text, out var color)) return color;
        if (file.Defs?.TryGetValue(text, out var defined) == true || file.Theme?.TryGetValue(text, out defined) == true)
            return Resolve(file, key, defined, dark, depth + 1);
        throw new FormatException($"The colour '{key}' of the theme is '{text}': expected #rrggbb, 0 to 255, none, or the name of another.");
    }
}

/// <summary>A theme as its file holds it.</summary>
internal sealed record ThemeFile(Dictionary<string, JsonElement>? Defs = null, Dictionary<string, JsonElement>? Theme = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(ThemeFile))]
internal sealed partial class ThemeJson : JsonSerializerContext;
