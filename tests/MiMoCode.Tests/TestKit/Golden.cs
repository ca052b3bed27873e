using System.Runtime.CompilerServices;

namespace MiMoCode.TestKit;

/// <summary>Compares text with a file that is checked in, in <c>Golden/</c> beside the test. <c>UPDATE_GOLDEN=1</c> accepts what is new.</summary>
internal static class Golden
{
    /// <summary>Fails with the first line that differs; the received text is left beside the golden file as <c>*.received.*</c>.</summary>
    public static void Check(string name, string text, [CallerFilePath] string test = "", bool? accept = null)
    {
        CheckFile(Path.Combine(Path.GetDirectoryName(test)!, "Golden", name), text, accept);
    }

    /// <summary>The same for a file that is published elsewhere, such as a document.</summary>
    public static void CheckFile(string golden, string text, bool? accept = null)
    {
        var received = Path.ChangeExtension(golden, ".received" + Path.GetExtension(golden));
        text = Normalise(text);
        if (File.Exists(golden) && Normalise(File.ReadAllText(golden)) == text)
        {
            File.Delete(received);
            return;
        }
        var accepted = accept ?? Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";
        Directory.CreateDirectory(Path.GetDirectoryName(golden)!);
        File.WriteAllText(accepted ? golden : received, text);
        if (!accepted) { Assert.Fail($"{Difference(golden, text)}\nAccept with UPDATE_GOLDEN=1 when the change is meant; received: {received}"); }
        File.Delete(received);
    }

    private static string Difference(string golden, string text)
    {
        if (!File.Exists(golden)) { return $"{golden} does not exist yet."; }
        var (expected, actual) = (Normalise(File.ReadAllText(golden)).Split('\n'), text.Split('\n'));
        var line = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{golden}:{line + 1}\nexpected: {expected.ElementAtOrDefault(line) ?? "(end)"}\nreceived: {actual.ElementAtOrDefault(line) ?? "(end)"}";
    }

    private static string Normalise(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
}
