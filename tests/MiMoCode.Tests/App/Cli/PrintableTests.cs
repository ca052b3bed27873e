using MiMoCode.App.Cli;

namespace MiMoCode.Tests.App.Cli;

public sealed class PrintableTests
{
    private const string Evil = "a\e]0;owned\a\u009b2J\r\n\tb\u007f";

    [Fact]
    public void Text_keeps_its_lines_and_tabs_and_controls_nothing() => Assert.Equal("a\uFFFD]0;owned\uFFFD\uFFFD2J\uFFFD\n\tb\uFFFD", Printable.Text(Evil));

    [Fact]
    public void A_line_stays_one_line() => Assert.Equal("a ]0;owned  2J   b ", Printable.Line(Evil));
}
