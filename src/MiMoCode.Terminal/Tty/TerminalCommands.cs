using System.Globalization;
using System.Text;

namespace MiMoCode.Terminal.Tty;

/// <summary>Commands to the terminal itself; text from outside goes in cleaned or encoded only.</summary>
public static class TerminalCommands
{
    /// <summary>Sets the window's title.</summary>
    public static string Title(string title)
    {
        // Control characters, and those that change the order of what stands beside the title.
        var clean = string.Concat(title.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) is not UnicodeCategory.Format).Take(120));
        return $"\e]2;{clean}\e\\";
    }

    /// <summary>Puts text on the clipboard, if the terminal allows it: it never says whether it did.</summary>
    public static string Copy(string text, TerminalTraits traits) =>
        Wrap($"\e]52;c;{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\e\\", traits);

    /// <summary>Shows a notification of the desktop, where the terminal knows how.</summary>
    public static string Notify(string text, TerminalTraits traits) =>
        Wrap($"\e]9;{string.Concat(text.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) is not UnicodeCategory.Format).Take(200))}\a", traits);

    // A multiplexer passes such commands on only when they are wrapped, with each escape doubled.
    private static string Wrap(string command, TerminalTraits traits) =>
        traits.Multiplexed ? $"\ePtmux;{command.Replace("\e", "\e\e", StringComparison.Ordinal)}\e\\" : command;
}
