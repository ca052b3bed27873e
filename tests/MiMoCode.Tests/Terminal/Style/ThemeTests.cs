using MiMoCode.TestKit;
using MiMoCode.Terminal.Markdown;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Style;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.Tests.Terminal.Style;

public sealed class ThemeTests
{
    [Fact]
    public void Every_built_in_theme_can_be_read_dark_and_light()
    {
        foreach (var file in Directory.GetFiles(Repository.Path("assets/themes"), "*.json"))
        {
            foreach (var dark in new[] { true, false }) Assert.NotNull(MarkdownStyles.From(Theme.Parse(File.ReadAllText(file), dark)));
        }
    }

    [Fact]
    public void Names_are_followed_and_missing_ones_have_a_stand_in()
    {
        var theme = Theme.Parse("""{"defs":{"x":"#010203"},"theme":{"primary":{"dark":"x","light":7},"text":"primary","background":"none"}}""", dark: true);
        Assert.Equal(Color.Rgb(1, 2, 3), theme["text"]);
        Assert.Equal(Color.Rgb(1, 2, 3), theme["accent"]);
        Assert.Equal(Color.Unset, theme["background"]);
        Assert.Equal(Color.Palette(7), Theme.Parse("""{"theme":{"primary":{"dark":"none","light":7}}}""", dark: false)["primary"]);
    }

    [Theory]
    [InlineData("""{"theme":{"a":"b","b":"a"}}""", "refers to itself")]
    [InlineData("""{"theme":{"text":"#12"}}""", "'text'")]
    [InlineData("{", "not valid JSON")]
    public void A_wrong_theme_says_what_is_wrong(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Theme.Parse(json, true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("TERM=xterm-256color", ColorDepth.Palette256)]
    [InlineData("TERM=xterm-256color,COLORTERM=truecolor", ColorDepth.TrueColor)]
    [InlineData("TERM=xterm", ColorDepth.Ansi16)]
    [InlineData("TERM=xterm-kitty,NO_COLOR=1", ColorDepth.None)]
    [InlineData("TERM=dumb", ColorDepth.None)]
    public void The_environment_says_how_many_colours_there_are(string environment, ColorDepth expected)
    {
        var variables = environment.Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var traits = TerminalTraits.From(name => variables.GetValueOrDefault(name));
        Assert.Equal(expected, traits.Colors);
        Assert.Equal(!environment.Contains("dumb", StringComparison.Ordinal), traits.Usable);
    }
}
