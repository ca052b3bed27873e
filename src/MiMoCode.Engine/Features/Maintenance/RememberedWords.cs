using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Features.Memory;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>A line of a memory. Its own lines the program wrote and may change; all others a person did.</summary>
/// <param name="Text">As it stands there.</param>
/// <param name="At">Where, counted from 0.</param>
/// <param name="IsOwn">The program wrote it.</param>
/// <param name="Said">What it says, without what it comes from.</param>
/// <param name="Seq">The number of the message it takes account of; 0 of a person's.</param>
/// <param name="When">Date and message of its source.</param>
/// <param name="Sessions">The sessions it comes from.</param>
/// <param name="State">Whether anybody verified it, in a word.</param>
internal sealed partial record RememberedWords(
    string Text, int At, bool IsOwn, string Said, long Seq, string When, ImmutableArray<string> Sessions, string State)
{
    private const int MostSources = 5, LeastLetters = 4;
    private static readonly ImmutableArray<string> Denials = [.. "not no never none without avoid stop cannot can't don't doesn't isn't won't mustn't shouldn't".Split(' ')];

    /// <summary>The subject of a claim and the form of what is said of it, without its values; null when the line makes none.</summary>
    public string? Claim => Claiming().Match(Said) is { Success: true } claim && Value().IsMatch(claim.Groups["value"].Value)
        ? $"{claim.Groups["subject"].Value} {claim.Groups["verb"].Value} {Value().Replace(claim.Groups["value"].Value, "□")}"
        : null;

    /// <summary>What could be true or false of it by a letter: names in quotes or backticks, numbers, addresses, paths.</summary>
    public ImmutableHashSet<string> Values => ValuesIn(Said);

    /// <summary>Words that say what it is about.</summary>
    public ImmutableHashSet<string> Subjects => SubjectsIn(Said);

    public static RememberedWords Of(string text, int at)
    {
        var own = ProjectMemory.OwnLine().Match(text);
        if (!own.Success)
            return new RememberedWords(text, at, false, text.TrimStart('-', '*', ' ').Trim(), 0, "", [], "");
        var (when, sessions) = own.Groups["source"].Value.Split(", ", 2) is [var date, var list] ? (date, list) : ("", "");
        return new RememberedWords(
            text, at, true, own.Groups["text"].Value.Trim(), long.Parse(own.Groups["seq"].Value, CultureInfo.InvariantCulture), when, [.. sessions.Split(' ')], own.Groups["state"].Value);
    }

    /// <summary>The line with other words or another state.</summary>
    public string Write(string words, string state) => $"- {words} ({When}, {string.Join(' ', Sessions)}, {state})";

    /// <summary>The same line, which stands for others too and names their sources beside its own.</summary>
    public RememberedWords Standing(IEnumerable<RememberedWords> others)
    {
        var both = this with { Sessions = [.. Sessions.Concat(others.SelectMany(other => other.Sessions)).Distinct().Take(MostSources)] };
        return IsOwn ? both with { Text = both.Write(Said, State) } : this;
    }

    public static ImmutableHashSet<string> ValuesIn(string words) =>
        [.. Value().Matches(words).Select(match => match.Value.Trim('`', '"', '.')).Concat(WorkTree.PathsIn(words))];

    public static ImmutableHashSet<string> SubjectsIn(string words) =>
        [.. Words(words).Where(word => word.Length >= LeastLetters).Select(word => word.TrimEnd('s'))];

    /// <summary>Whether a text says that something is not so: what does can never stand for what does not.</summary>
    public static bool Denies(string words) => Words(words).Count(Denials.Contains) % 2 is 1;

    private static string[] Words(string text) => text.ToLowerInvariant().Split(
        [.. text.ToLowerInvariant().Where(letter => !char.IsLetterOrDigit(letter) && letter is not '_' and not '\'').Distinct()], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^(?<subject>[^:;,]{3,80}?) (?<verb>is|listens on|runs on|=) (?<value>[^;]{1,120})$")]
    private static partial Regex Claiming();

    // What can differ in a claim: a name in quotes or backticks, a number, an address.
    [GeneratedRegex(@"`[^`]+`|""[^""]+""|[\w.:/-]*\d[\w.:/-]*")]
    private static partial Regex Value();
}
