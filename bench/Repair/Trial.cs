using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.Bench.Repair;

/// <summary>What came of one fault.</summary>
internal enum Ending
{
    /// <summary>The tests pass and the file is what it was before the fault.</summary>
    Restored,

    /// <summary>The tests pass by another change of the line with the fault, or one that comes to the same there.</summary>
    SameLine,

    /// <summary>The tests pass by a change elsewhere.</summary>
    OtherLine,

    /// <summary>It gave up, said so, and left everything as it was.</summary>
    GaveUp,

    /// <summary>The benchmark ran out of patience and stopped it in the middle.</summary>
    Stopped,

    /// <summary>The tests fail and the tree is not as it was, or tests were changed, or it said what is not so.</summary>
    Harm,
}

/// <summary>One run of the real program on a package with one fault.</summary>
internal sealed partial record Trial(Package Package, Fault Fault, Ending Ending, int Tries, TimeSpan Took, string Transcript)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public bool Green => Ending is Ending.Restored or Ending.SameLine or Ending.OtherLine;

    public static async Task<Trial> RunAsync(Package package, Fault fault, string unpacked, string program)
    {
        var folder = Directory.CreateTempSubdirectory("mimo-repair-");
        try
        {
            var home = folder.CreateSubdirectory("home").FullName;
            var project = await Store.LayOutAsync(unpacked, fault, folder.FullName);
            var ran = await Shell.RunAsync($"'{program}' run 'make the failing tests pass'", project, Limit, home);
            var changed = await Shell.NeedAsync("git status --porcelain", project);
            var text = await File.ReadAllTextAsync(Path.Combine(project, fault.Path));
            var tests = await Shell.RunAsync("npm test", project, TimeSpan.FromMinutes(1));
            var ending = Judge(fault, text, changed, tests.Exit is 0, ran);
            var tries = Try().Matches(ran.Output).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
            return new Trial(package, fault, ending, tries, ran.Took, ran.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Ending Judge(Fault fault, string text, string changed, bool green, Ran ran)
    {
        var says = ran.Output.Contains("The tests pass.", StringComparison.Ordinal);
        if (ran.Exit is null)
            return Ending.Stopped;
        if (ran.Exit is not 0 || says != green)
            return Ending.Harm;
        if (!green)
            return changed.Trim().Length is 0 && text == fault.Wrong ? Ending.GaveUp : Ending.Harm;
        if (text == fault.Right)
            return Ending.Restored;
        var (lines, wrong) = (text.Split('\n'), fault.Wrong.Split('\n'));
        var onlyThisLine = lines.Length == wrong.Length && changed.Trim() == $"M {fault.Path}"
            && Enumerable.Range(0, lines.Length).All(line => line == fault.Line || lines[line] == wrong[line]);
        return onlyThisLine ? Ending.SameLine : Ending.OtherLine;
    }

    [GeneratedRegex(@"Try (\d+):")]
    private static partial Regex Try();
}
