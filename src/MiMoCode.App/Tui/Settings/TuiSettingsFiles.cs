using System.Globalization;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.App.Tui.Settings;

/// <summary>Reads <c>tui.json</c> of the user, the one that MIMOCODE_TUI_CONFIG names, and those of the project; later ones win.</summary>
internal static class TuiSettingsFiles
{
    private static readonly string[] Names = ["tui.json", "tui.jsonc"];

    public static TuiSettings Read(EnvironmentVariables environment, Folders folders, string directory)
    {
        var notices = new List<string>();
        var settings = Files(environment, folders, directory).Where(File.Exists)
            .Aggregate(new TuiSettings(), (known, file) => Apply(known, file, notices));
        return settings with
        {
            Mouse = settings.Mouse && !environment.IsOn("MIMOCODE_DISABLE_MOUSE"),
            Title = settings.Title && !environment.IsOn("MIMOCODE_DISABLE_TERMINAL_TITLE"),
            Notices = notices,
        };
    }

    private static IEnumerable<string> Files(EnvironmentVariables environment, Folders folders, string directory)
    {
        foreach (var name in Names)
            yield return Path.Combine(folders.Config, name);
        if (environment["MIMOCODE_TUI_CONFIG"] is { } named)
            yield return Path.GetFullPath(named, directory);
        if (environment.DisableProjectConfig)
            yield break;
        foreach (var folder in ProjectFolders.Of(directory).Downwards)
        {
            foreach (var name in Names)
            {
                yield return Path.Combine(folder, name);
                yield return Path.Combine(folder, ".mimocode", name);
            }
        }
    }

    private static TuiSettings Apply(TuiSettings settings, string file, List<string> notices)
    {
        try
        {
            var found = new List<Notice>();
            var tree = new JsoncParser(File.ReadAllText(file), file, found).ParseObject();
            notices.AddRange(found.Select(notice => notice.ToString()));
            var members = tree["tui"] is ObjectNode nested ? tree.Members.Where(member => member.Name != "tui").Concat(nested.Members) : tree.Members;
            return members.Aggregate(settings, (known, member) => Apply(known, member, notices));
        }
        catch (JsoncException wrong)
        {
            notices.Add($"{wrong.Message}; the file is left out");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            notices.Add($"{file} cannot be read: {wrong.Message}");
        }

        return settings;
    }

    private static TuiSettings Apply(TuiSettings settings, Member member, List<string> notices)
    {
        switch (member.Name, member.Value)
        {
            case ("$schema" or "plugin" or "plugin_enabled" or "scroll_acceleration", _): return settings;
            case ("theme", TextNode theme): return settings with { Theme = theme.Text };
            case ("screen_mode", TextNode { Text: "alternate-screen" or "main-screen" } mode): return settings with { AlternateScreen = mode.Text == "alternate-screen" };
            case ("mouse", LiteralNode { Json: "true" or "false" } mouse): return settings with { Mouse = mouse.Json == "true" };
            case ("diff_style", TextNode { Text: "auto" or "stacked" } style): return settings with { SplitDiffs = style.Text == "auto" };
            case ("scroll_speed", LiteralNode speed) when double.TryParse(speed.Json, CultureInfo.InvariantCulture, out var lines) && lines >= 0.001:
                return settings with { ScrollSpeed = lines };
            case ("keybinds", ObjectNode keys):
                var table = new Dictionary<string, string>(settings.Keys, StringComparer.Ordinal);
                foreach (var key in keys.Members)
                {
                    if (key.Value is TextNode text)
                        table[key.Name] = text.Text;
                }

                return settings with { Keys = table };
            default:
                notices.Add($"{member.Value.Place}: {member.Name} is not a setting of the interface or has a wrong value; it is left out");
                return settings;
        }
    }
}
