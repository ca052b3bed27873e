using System.Collections.Frozen;
namespace MiMoCode.Terminal.Markdown;

/// <summary>What the lexer needs to know of a language.</summary>
/// <param name="Names">Names by which fences call it, and the extensions of its files.</param>
/// <param name="Keywords">Its words.</param>
/// <param name="LineComments">What begins a remark to the line's end.</param>
/// <param name="BlockComment">What begins and ends a remark over lines.</param>
/// <param name="Strings">What begins and ends a string; those of more than one character and the backtick may go over lines.</param>
internal sealed record Language(string Names, string Keywords, string LineComments = "//", (string Begin, string End)? BlockComment = null, string Strings = "\" '")
{
    private const string CWords = "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while void char int short long float double signed unsigned bool true false NULL";
    private const string JsWords = "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace never new null number of private protected public readonly return satisfies set static string super switch symbol this throw true try type typeof undefined unknown var void while with yield";

    private static readonly (string, string) CStyle = ("/*", "*/");

    private static readonly Language[] All =
    [
        new("c h", CWords, BlockComment: CStyle),
        new("cpp c++ cc hpp cxx", CWords + " alignas alignof and catch class concept constexpr consteval co_await co_return decltype delete explicit export final friend mutable namespace new noexcept nullptr operator or override private protected public requires static_cast template this throw try typeid typename using virtual", BlockComment: CStyle),
        new("csharp cs c#", "abstract as async await base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach from get global goto if implicit in init int interface internal is let lock long namespace new not null object on operator or orderby out override params partial private protected public readonly record ref required return sbyte scoped sealed select set short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using var virtual void volatile when where while with yield", BlockComment: CStyle, Strings: "\"\"\" \" '"),
        new("java", "abstract assert boolean break byte case catch char class const continue default do double else enum extends false final finally float for if implements import instanceof int interface long native new null package permits private protected public record return sealed short static strictfp super switch synchronized this throw throws transient true try var void volatile while yield", BlockComment: CStyle, Strings: "\"\"\" \" '"),
        new("javascript js jsx mjs cjs typescript ts tsx mts", JsWords, BlockComment: CStyle, Strings: "` \" '"),
        new("python py python3 pyi", "and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield", "#", Strings: "\"\"\" ''' \" '"),
        new("go golang", "any bool break byte case chan const continue default defer else error fallthrough false float32 float64 for func go goto if import int int32 int64 interface iota make map new nil package range return rune select string struct switch true type uint var", BlockComment: CStyle, Strings: "` \" '"),
        new("rust rs", "as async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i32 i64 if impl in isize let loop match mod move mut pub ref return self Self static str struct super trait true type u8 u32 u64 unsafe use usize where while", BlockComment: CStyle, Strings: "\""),
        new("ruby rb", "alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield require attr_accessor", "#"),
        new("php", "abstract and array as break case catch class clone const continue declare default do echo else elseif empty enum extends false final finally fn for foreach function global if implements include instanceof interface isset match namespace new null or private protected public readonly require return self static switch throw trait true try unset use var while yield", "// #", CStyle),
        new("swift", "actor any as associatedtype async await break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate final for func guard if import in init inout internal is let mutating nil open operator override private protocol public repeat rethrows return self Self static struct subscript super switch throw throws true try typealias var weak where while", BlockComment: CStyle, Strings: "\"\"\" \""),
        new("kotlin kt kts", "abstract as break by catch class companion const constructor continue data do else enum false final finally for fun if import in init inline interface internal is it lateinit null object open operator override package private protected public return sealed super suspend this throw true try typealias val var when where while", BlockComment: CStyle, Strings: "\"\"\" \" '"),
        new("bash sh shell zsh console", "case do done elif else esac exec exit export fi for function if in local readonly return select set shift source then trap unset until while cd echo sudo", "#"),
        new("sql", "add all alter and as asc begin between by case check column commit constraint create cross database default delete desc distinct drop else end exists foreign from full group having if in index inner insert integer into is join key left like limit not null offset on or order outer primary references replace returning right rollback select set table text then trigger union unique update using values view virtual when where with", "--", CStyle),
        new("json jsonc json5", "true false null", "//", CStyle, "\""),
        new("yaml yml", "true false null yes no on off", "#"),
        new("toml ini", "true false", "# ;", Strings: "\"\"\" ''' \" '"),
        new("html xml svg vue csproj", "", "", ("<!--", "-->")),
        new("css scss less", "important inherit initial none auto media import supports keyframes", "", CStyle),
        new("lua", "and break do else elseif end false for function goto if in local nil not or repeat return then true until while", "--", ("--[[", "]]")),
        new("dockerfile docker", "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR AS", "#"),
        new("makefile make mk", "define else endef endif export ifdef ifeq ifndef ifneq include override", "#"),
        new("powershell ps1", "begin break catch class continue do else elseif end exit filter finally for foreach function if in param process return switch throw trap try until using while", "#", ("<#", "#>")),
    ];

    private static readonly FrozenDictionary<string, Language> ByName = All
        .SelectMany(language => language.Names.Split(' '), (language, name) => (name, language))
        .ToFrozenDictionary(pair => pair.name, pair => pair.language, StringComparer.OrdinalIgnoreCase);

    /// <summary>Its words as a set; those of SQL in any case.</summary>
    public HashSet<string> Words { get; } = Keywords.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .ToHashSet(Names == "sql" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    public string[] Remarks { get; } = LineComments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public string[] Quotes { get; } = Strings.Split(' ');

    /// <summary>The language of that name or file extension; null if we do not know it.</summary>
    public static Language? Named(string name) => ByName.GetValueOrDefault(name);
}
