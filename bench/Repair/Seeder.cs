using System.Text.RegularExpressions;

namespace MiMoCode.Bench.Repair;

/// <summary>
/// Puts single faults into code: the mutations of the literature, made with expressions of its own and not with the repairer's lexer,
/// so that the two cannot share a blind spot.
/// </summary>
internal static partial class Seeder
{
    private static readonly (string Kind, Regex Shape, Func<Match, IEnumerable<string>> Wrong)[] Kinds =
    [
        ("comparison", Comparison(), match => Compared(match.Value)),
        ("arithmetic", Operator(), match => Computed(match.Value)),
        ("off by one", Bound(), match => [match.Value + " - 1", match.Value + " + 1"]),
        ("off by one", OneStep(), _ => [""]),
        ("constant", Number(), match => [$"{int.Parse(match.Value) + 1}", $"{Math.Max(0, int.Parse(match.Value) - 1)}"]),
        ("constant", Truth(), match => [match.Value is "true" ? "false" : "true"]),
        ("connective", Connective(), match => [match.Value is "&&" ? "||" : "&&"]),
        ("negation", Not(), _ => [""]),
        ("negation", Condition(), match => [$"!{match.Value}"]),
        ("arguments", Arguments(), match => [$"{match.Groups["two"].Value}, {match.Groups["one"].Value}"]),
        ("text", Literal(), match => Texts(match.Value)),
    ];

    /// <summary>All faults that could be put into a file, in an order that the random source decides and that takes the kinds in turn.</summary>
    public static IEnumerable<Fault> Faults(string path, string code, Random random)
    {
        var masked = Mask(code);
        var found = Kinds
            .SelectMany(kind => kind.Shape.Matches(kind.Kind is "text" ? code : masked)
                .Where(match => kind.Kind is not "text" || masked[match.Index] is '\x01')
                .SelectMany(match => kind.Wrong(match).Select(wrong => Put(path, code, match, wrong, kind.Kind))))
            .Concat(Variables(path, code, masked))
            .Where(fault => fault.Wrong != fault.Right)
            .GroupBy(fault => fault.Kind)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => { var list = group.ToArray(); random.Shuffle(list); return list; })
            .ToArray();
        random.Shuffle(found);
        for (var rank = 0; found.Any(group => rank < group.Length); rank++)
        {
            foreach (var group in found.Where(group => rank < group.Length))
                yield return group[rank];
        }
    }

    private static Fault Put(string path, string code, Match match, string wrong, string kind) =>
        new(path, kind, code, code[..match.Index] + wrong + code[(match.Index + match.Length)..]);

    /// <summary>A variable where another one of the last few lines was meant.</summary>
    private static IEnumerable<Fault> Variables(string path, string code, string masked)
    {
        var used = Variable().Matches(masked).ToList();
        foreach (var (match, index) in used.Select((match, index) => (match, index)))
        {
            var other = used.Skip(Math.Max(0, index - 8)).Take(8).FirstOrDefault(near => near.Value != match.Value);
            if (other is not null)
                yield return Put(path, code, match, other.Value, "variable");
        }
    }

    /// <summary>The code with comments and texts blanked out: texts begin with \x01, so that they can be found.</summary>
    private static string Mask(string code) => Hidden().Replace(code, match =>
        match.Groups["text"].Success ? "\x01" + new string('\x02', match.Length - 1)
            : match.Groups["regex"].Success ? match.Groups["before"].Value + new string('\x02', match.Length - match.Groups["before"].Length)
            : Regex.Replace(match.Value, "[^\n]", " "));

    private static string[] Compared(string sign) => sign.Trim() switch
    {
        "<" => [" <= ", " > "], "<=" => [" < "], ">" => [" >= ", " < "], ">=" => [" > "],
        "===" => [" !== "], "!==" => [" === "], "==" => [" != "], "!=" => [" == "],
        _ => [],
    };

    private static string[] Computed(string sign) => sign.Trim() switch
    {
        "+" => [" - "], "-" => [" + "], "*" => [" / "], "/" => [" * "], "%" => [" * "], "+=" => [" -= "], "-=" => [" += "],
        _ => [],
    };

    private static string[] Texts(string literal) => literal.Length < 4 ? [] : [literal[..^2] + literal[^1], literal[..1] + literal[2..], literal[..^2] + (literal[^2] is 'x' ? 'y' : 'x') + literal[^1]];

    [GeneratedRegex(@"(?<text>""(?:[^""\\\n]|\\.)*""|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*[\s\S]*?\*/|(?<before>[=(,:!&|?;{}\n]\s*|return\s+)(?<regex>/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*)")]
    private static partial Regex Hidden();

    [GeneratedRegex(@" (?:===|!==|==|!=|<=|>=|<|>) ")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(?<=[\w)\]]) (?:\+=|-=|[-+*/%]) (?=[\w(\x01])")]
    private static partial Regex Operator();

    [GeneratedRegex(@"\.length\b(?! *[-+=]|\()|(?<=[<>]=? )[a-z]\w*(?=[;) ])")]
    private static partial Regex Bound();

    [GeneratedRegex(@"(?<=[\w)\]]) ?[-+] ?1\b(?!\.)")]
    private static partial Regex OneStep();

    [GeneratedRegex(@"(?<![\w.$])\d{1,4}(?![\w.])")]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:true|false)\b")]
    private static partial Regex Truth();

    [GeneratedRegex(@"&&|\|\|")]
    private static partial Regex Connective();

    [GeneratedRegex(@"(?<=[(\s&|=])!(?=[\w(])")]
    private static partial Regex Not();

    [GeneratedRegex(@"(?<=\bif ?\()\w[\w.]*(?:\([\w, ]*\))?(?=\))")]
    private static partial Regex Condition();

    [GeneratedRegex(@"(?<=\w\()(?<one>[\w.]+), ?(?<two>[\w.]+)(?=\)(?!\s*\{))")]
    private static partial Regex Arguments();

    [GeneratedRegex(@"""(?:[^""\\\n]|\\.)*""|'(?:[^'\\\n]|\\.)*'")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<![\w.$'""]|function |var |let |const )\b(?!(?:if|else|for|while|do|return|function|var|let|const|new|typeof|in|of|this|null|true|false|undefined|case|switch|break|continue|throw|instanceof|module|exports|require|delete|try|catch|finally|void|default)\b)[a-z]\w*\b(?!\s*[(:]|\s*=[^=])")]
    private static partial Regex Variable();
}
