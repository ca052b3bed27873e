using System.Text;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

/// <summary>What must hold for any input; run a few thousand times here and a million times by night.</summary>
internal static class TextFuzz
{
    private static readonly string[] Pieces =
        ["a", "bc", " ", "\t", "\n", "\r\n", "\r", "é", "—", "日本", "😀", "\\n", "\\\"", "{", "}", "  x = 1;\n", "$1", "\"", "’", ""];

    /// <summary>Diffs, merges and encodings of any bytes end, and never throw anything of their own accord.</summary>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        RoundTrip(input.ToArray());
        var (file, old, now) = Parts(input);
        UnifiedDiff.Between("f", file, old);
        ThreeWayMerge.Of(file, old, now);
    }

    /// <summary>The edit matcher on a file, an old and a new text, parted by U+0001.</summary>
    public static void FuzzEdit(ReadOnlySpan<byte> input)
    {
        var (file, old, now) = Parts(input);
        if (EditMatcher.Apply(file, old, now) is EditOutcome.Matched)
            Assert.NotEqual(LineEndings.Unify(old), LineEndings.Unify(now));
        EditMatcher.Apply(file, old, now, replaceAll: true);
    }

    /// <summary>A patch, applied to a file that holds its own lines, or says what is wrong with it.</summary>
    public static void FuzzPatch(ReadOnlySpan<byte> input)
    {
        var text = TextEncoding.Detect(input).Decode(input);
        try
        {
            PatchPlan.Of(PatchEnvelope.Parse($"*** Begin Patch\n{text}\n*** End Patch"), path => path.Length % 3 == 0 ? null : "one\ntwo\nthree\n");
        }
        catch (PatchException)
        {
            // Most inputs are no patch.
        }
    }

    private static (string File, string Old, string Now) Parts(ReadOnlySpan<byte> input)
    {
        var text = TextEncoding.Detect(input).Decode(input);
        var parts = text.Split('\u0001');
        return (parts[0], parts.ElementAtOrDefault(1) ?? text[(text.Length / 2)..], parts.ElementAtOrDefault(2) ?? "new");
    }

    public static void RoundTrip(byte[] bytes)
    {
        var encoding = TextEncoding.Detect(bytes);
        Assert.True(bytes.AsSpan().SequenceEqual(encoding.Encode(encoding.Decode(bytes))), $"{encoding.Name}: {Convert.ToHexString(bytes)}");
    }

    /// <summary>A unique marker amid random bytes is replaced; what is before and after it must be as it was.</summary>
    public static void EditKeepsTheRest(Random random)
    {
        const string Marker = "<<marker>>", Given = "<<given>>";
        Encoding[] encodings = [Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.Latin1];
        var encoding = encodings[random.Next(encodings.Length)];
        var mark = random.Next(2) == 0 ? encoding.GetPreamble() : [];
        if (encoding.GetPreamble().Length == 2)
            mark = encoding.GetPreamble();
        var (before, after) = (Part(), Part());
        byte[] file = [.. mark, .. before, .. encoding.GetBytes(Marker), .. after];

        var found = TextEncoding.Detect(file);
        var outcome = EditMatcher.Apply(found.Decode(file), Marker, Given);

        var edited = found.Encode(Assert.IsType<EditOutcome.Matched>(outcome).Text);
        Assert.Equal([.. mark, .. before, .. encoding.GetBytes(Given), .. after], edited);

        byte[] Part()
        {
            var bytes = encoding.GetBytes(SomeText(random));
            return encoding.GetPreamble().Length == 2 || random.Next(2) == 0 ? bytes : [.. bytes, 0xC3, .. bytes, 0xFF];
        }
    }

    public static string SomeText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    public static byte[] SomeBytes(Random random)
    {
        if (random.Next(2) == 0)
            return Encoding.UTF8.GetBytes(SomeText(random));
        var bytes = new byte[random.Next(24)];
        random.NextBytes(bytes);
        byte[][] marks = [[], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]];
        return [.. marks[random.Next(marks.Length)], .. bytes];
    }
}
