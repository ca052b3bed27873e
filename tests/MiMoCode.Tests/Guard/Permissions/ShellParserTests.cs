using System.Text;
using MiMoCode.Engine.Guard.Permissions;

namespace MiMoCode.Tests.Guard.Permissions;

public sealed class ShellParserTests
{
    /// <summary>A script, and the commands it runs: words joined by |, commands by §.</summary>
    [Theory]
    [InlineData("ls -la", "ls|-la")]
    [InlineData("pwd && ls; echo 'a b' | wc -c || true", "pwd§ls§echo|a b§wc|-c§true")]
    [InlineData("echo \"/opt\"'/'\"x\"/y", "echo|/opt/x/y")]
    [InlineData("grep -n \"x y\" --include=\"*.c\"", "grep|-n|x y|--include=*.c")]
    [InlineData("git commit -m \"one\ntwo\"", "git|commit|-m|one\ntwo")]
    [InlineData("'git log'", "git log")]
    [InlineData("pwd\nrm y", "pwd§rm|y")]
    [InlineData("git log # ; rm -rf /", "git|log")]
    [InlineData("echo a#b", "echo|a#b")]
    [InlineData("ls \\\n  -a", "ls|-a")]
    [InlineData("echo 'p;q' \"r|s\" t\\&u", "echo|p;q|r|s|t&u")]
    [InlineData("make 2>&1 | tail -5", "make§tail|-5")]
    [InlineData("make > /dev/null 2>&1", "make")]
    [InlineData("wc -l < in.txt", "wc|-l")]
    [InlineData("find . -exec grep x {} \\;", "find|.|-exec|grep|x|{}|;")]
    [InlineData("echo $ a$", "echo|$|a$")]
    [InlineData("echo \"a\\$b\\\"c\\d\"", "echo|a$b\"c\\d")]
    [InlineData("pwd &&\n ls", "pwd§ls")]
    [InlineData("'if' x", "if|x")]
    [InlineData("echo ''", "echo|")]
    public void Lists_plain_commands(string script, string expected)
    {
        var parsed = ShellParser.Parse(script);

        Assert.Equal(ShellDoubt.None, parsed.Doubts);
        Assert.Equal(expected, string.Join('§', parsed.Commands.Select(command => string.Join('|', command.Argv))));
    }

    [Theory]
    [InlineData("echo \"$HOME\"", nameof(ShellDoubt.Expansion))]
    [InlineData("echo ${x:-$(id)}", "Expansion, Substitution")]
    [InlineData("echo $'\\x63at'", nameof(ShellDoubt.Expansion))]
    [InlineData("echo $((1+1))", nameof(ShellDoubt.Substitution))]
    [InlineData("echo $(id)", nameof(ShellDoubt.Substitution))]
    [InlineData("echo `id`", nameof(ShellDoubt.Substitution))]
    [InlineData("diff <(ls) x", nameof(ShellDoubt.Substitution))]
    [InlineData("(pwd)", nameof(ShellDoubt.Subshell))]
    [InlineData("pwd > out", nameof(ShellDoubt.Redirection))]
    [InlineData("pwd 2>> out", nameof(ShellDoubt.Redirection))]
    [InlineData("pwd &> out", nameof(ShellDoubt.Redirection))]
    [InlineData("pwd >| out", nameof(ShellDoubt.Redirection))]
    [InlineData("pwd >& out", nameof(ShellDoubt.Redirection))]
    [InlineData("cat <> f", nameof(ShellDoubt.Redirection))]
    [InlineData("exec 3<> f", nameof(ShellDoubt.Redirection))]
    [InlineData("cat < /dev/tcp/a/1", nameof(ShellDoubt.Redirection))]
    [InlineData("pwd 3>&1", nameof(ShellDoubt.Redirection))]
    [InlineData("sleep 1 & pwd", nameof(ShellDoubt.Background))]
    [InlineData("X=1 pwd", nameof(ShellDoubt.Assignment))]
    [InlineData("f=.env; cat f", nameof(ShellDoubt.Assignment))]
    [InlineData("pwd &&", nameof(ShellDoubt.Unparsable))]
    [InlineData("pwd | | wc", nameof(ShellDoubt.Unparsable))]
    [InlineData("; pwd", nameof(ShellDoubt.Unparsable))]
    [InlineData("echo 'open", nameof(ShellDoubt.Unparsable))]
    [InlineData("echo \"open", nameof(ShellDoubt.Unparsable))]
    [InlineData("pwd )", nameof(ShellDoubt.Unparsable))]
    [InlineData("pwd >", nameof(ShellDoubt.Unparsable))]
    [InlineData("", nameof(ShellDoubt.Unparsable))]
    [InlineData("cat <<X\nbody\nX", nameof(ShellDoubt.HereDocument))]
    [InlineData("cat <<< word", nameof(ShellDoubt.HereDocument))]
    [InlineData("! pwd", nameof(ShellDoubt.ControlFlow))]
    [InlineData("if true; then pwd; fi", nameof(ShellDoubt.ControlFlow))]
    [InlineData("for f in a b; do cat x; done", nameof(ShellDoubt.ControlFlow))]
    [InlineData("f() { pwd; }", nameof(ShellDoubt.Subshell))]
    [InlineData("echo *.c", nameof(ShellDoubt.Pattern))]
    [InlineData("echo {a,b}", nameof(ShellDoubt.Pattern))]
    [InlineData("echo ~/x", nameof(ShellDoubt.Pattern))]
    [InlineData("echo a=~", nameof(ShellDoubt.Pattern))]
    [InlineData("echo [ab]", nameof(ShellDoubt.Pattern))]
    [InlineData("pwd\r", nameof(ShellDoubt.OddCharacter))]
    [InlineData("pwd\u00A0-x", nameof(ShellDoubt.OddCharacter))]
    [InlineData("pw\u200Bd", nameof(ShellDoubt.OddCharacter))]
    public void Doubts_everything_else(string script, string doubts)
    {
        var expected = Enum.Parse<ShellDoubt>(doubts);

        Assert.Equal(expected, ShellParser.Parse(script).Doubts & expected);
    }

    [Theory]
    [InlineData("echo $(rm x)")]
    [InlineData("echo \"`rm x`\"")]
    [InlineData("echo \"a ${b:-$(rm x)}\"")]
    [InlineData("cat <(rm x)")]
    [InlineData("(cd y; rm x)")]
    [InlineData("if true; then rm x; fi")]
    [InlineData("while true; do rm x; done")]
    [InlineData("{ rm x; }")]
    [InlineData("! rm x")]
    [InlineData("cat <<E\n$(rm x)\nE")]
    [InlineData("echo hi & rm x")]
    [InlineData("A=1 rm x")]
    [InlineData("case y in y) rm x;; esac")]
    [InlineData("f() { rm x; }; f")]
    public void Finds_a_command_wherever_it_stands(string script) =>
        Assert.Contains(ShellParser.Parse(script).Commands, command => command.Argv is ["rm", "x", ..]);

    [Fact]
    public void Leaves_the_body_of_a_quoted_here_document_alone()
    {
        var parsed = ShellParser.Parse("cat <<'E'\n$(rm x)\nE\npwd");

        Assert.Equal(["cat", "pwd"], parsed.Commands.Select(command => command.Argv[0]));
    }

    [Theory]
    [InlineData(60_000, "$(")]
    [InlineData(60_000, "(")]
    [InlineData(20_000, "\"$(")]
    [InlineData(20_000, "${x:-")]
    [InlineData(600_000, "a ")]
    [InlineData(60, "pwd;")]
    public void Gives_up_on_what_is_too_large(int times, string piece) =>
        Assert.False(ShellParser.Parse(string.Concat(Enumerable.Repeat(piece, times))).IsPlain);

    [Fact]
    public void Agrees_with_bash_about_plain_commands() => BashOracle.Compare(plainScripts: 300);

    [Fact]
    [Trait("Category", "Nightly")]
    public void Agrees_with_bash_about_20000_plain_scripts() => BashOracle.Compare(plainScripts: 20_000);

    [Fact]
    public void Never_throws()
    {
        for (var seed = 0; seed < 3_000; seed++)
            ShellFuzz.Fuzz(Encoding.UTF8.GetBytes(ShellFuzz.SomeScript(new Random(seed))));
    }
}
