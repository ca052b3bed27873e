using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Tty;

/// <summary>What the environment says about the terminal; the rest is asked of the terminal itself.</summary>
/// <param name="Colors">How many colours it shows.</param>
/// <param name="Usable">False for terminals that cannot place the cursor.</param>
/// <param name="Multiplexed">True inside tmux or screen, which need wrapping for some commands.</param>
public sealed record TerminalTraits(ColorDepth Colors, bool Usable = true, bool Multiplexed = false)
{
    /// <summary>Reads the usual variables.</summary>
    /// <param name="variable">Gives the value of an environment variable.</param>
    public static TerminalTraits From(Func<string, string?> variable)
    {
        var term = variable("TERM") ?? "";
        return new TerminalTraits(Depth(variable, term), term is not ("" or "dumb" or "unknown"), variable("TMUX") is { Length: > 0 });
    }

    private static ColorDepth Depth(Func<string, string?> variable, string term)
    {
        if (variable("NO_COLOR") is { Length: > 0 }) return ColorDepth.None;
        if (variable("COLORTERM") is "truecolor" or "24bit" || variable("WT_SESSION") is not null) return ColorDepth.TrueColor;
        if (term.EndsWith("-direct", StringComparison.Ordinal) || term is "xterm-kitty" or "xterm-ghostty" or "alacritty" or "foot") return ColorDepth.TrueColor;
        if (term.Contains("256color", StringComparison.Ordinal)) return ColorDepth.Palette256;
        return term is "" or "dumb" or "vt100" or "vt220" ? ColorDepth.None : ColorDepth.Ansi16;
    }
}
