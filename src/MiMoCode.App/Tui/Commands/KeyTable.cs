using MiMoCode.Terminal.Input;

namespace MiMoCode.App.Tui.Commands;

/// <summary>Which key asks for which command. Keys separated by commas are alternatives; <c>none</c> is no key.</summary>
internal sealed class KeyTable
{
    private const string LeaderMark = "<leader>";

    private readonly Dictionary<KeyPress, string> direct = [];
    private readonly Dictionary<KeyPress, string> afterLeader = [];
    private readonly Dictionary<string, string> shown = new(StringComparer.Ordinal);
    private readonly HashSet<KeyPress> leaders = [];

    public KeyTable(IReadOnlyDictionary<string, string>? changes = null)
    {
        var table = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        foreach (var (name, keys) in changes ?? new Dictionary<string, string>())
            table[name] = keys;
        foreach (var (name, keys) in table)
        {
            foreach (var key in keys.Split(',', StringSplitOptions.TrimEntries).Where(key => key is not ("none" or "")))
                Add(name, key);
        }
    }

    private static Dictionary<string, string> Defaults => new(StringComparer.Ordinal)
    {
        ["leader"] = "ctrl+x",
        ["app_exit"] = "<leader>q", ["editor_open"] = "<leader>e", ["theme_list"] = "<leader>t", ["sidebar_toggle"] = "<leader>b",
        ["status_view"] = "<leader>s", ["session_export"] = "<leader>x", ["session_new"] = "<leader>n", ["session_list"] = "<leader>l",
        ["session_compact"] = "<leader>c", ["messages_page_up"] = "pageup,ctrl+alt+b", ["messages_page_down"] = "pagedown,ctrl+alt+f",
        ["messages_line_up"] = "ctrl+alt+y", ["messages_line_down"] = "ctrl+alt+e", ["messages_half_page_up"] = "ctrl+alt+u",
        ["messages_half_page_down"] = "ctrl+alt+d", ["messages_first"] = "ctrl+g", ["messages_last"] = "ctrl+alt+g",
        ["messages_copy"] = "<leader>y", ["messages_undo"] = "<leader>u", ["messages_redo"] = "<leader>r", ["model_list"] = "<leader>m",
        ["command_list"] = "ctrl+p", ["agent_list"] = "<leader>a", ["agent_cycle"] = "tab", ["agent_cycle_reverse"] = "shift+tab",
        ["terminal_suspend"] = "ctrl+z", ["screen_redraw"] = "ctrl+l", ["mouse_toggle"] = "<leader>k", ["help"] = "f1",
        ["display_thinking"] = "<leader>h", ["tool_details"] = "<leader>d",
    };

    /// <summary>True for the key that begins a two-key command.</summary>
    public bool IsLeader(KeyPress press) => leaders.Contains(press);

    /// <summary>The name of the command that a key asks for; null for none.</summary>
    public string? Find(KeyPress press, bool led) => (led ? afterLeader : direct).GetValueOrDefault(press);

    /// <summary>The first key of a command as people read it; null for none.</summary>
    public string? KeyOf(string name) => shown.GetValueOrDefault(name);

    private void Add(string name, string key)
    {
        var led = key.StartsWith(LeaderMark, StringComparison.Ordinal);
        if (!KeyPress.TryParse(led ? key[LeaderMark.Length..] : key, out var press))
            return;
        if (name == "leader")
            leaders.Add(press);
        else
            (led ? afterLeader : direct)[press] = name;
        shown.TryAdd(name, led ? $"ctrl+x {key[LeaderMark.Length..]}" : key);
    }
}
