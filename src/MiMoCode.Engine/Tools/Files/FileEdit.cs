using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>A change of one file as text and as bytes, with the difference that people are shown before and after.</summary>
internal sealed record FileEdit(FileChange Change, DiffDetails Details)
{
    private const int LongestDiff = 100_000;

    /// <param name="before">The file as it stands.</param>
    /// <param name="encoding">How its text is spelt.</param>
    /// <param name="old">Its text; null when it does not exist.</param>
    /// <param name="now">The new text; null when it is deleted.</param>
    /// <exception cref="ToolException">The file's encoding lacks a character of the new text.</exception>
    public static FileEdit Of(FileSnapshot before, TextEncoding encoding, string? old, string? now)
    {
        try
        {
            var after = now is null ? null : encoding.Encode(now);
            return new FileEdit(new FileChange(before, after), DetailsOf(before.Target, old, now));
        }
        catch (UnspellableTextException error)
        {
            throw new ToolException($"{before.Target.Shown}: {error.Message}");
        }
    }

    /// <summary>Says in a few words what became of the file.</summary>
    public string Summary => $"{Verb} {Change.Before.Target.Shown} (+{Details.Additions} -{Details.Deletions})";

    private string Verb => (Change.Before.Bytes, Change.After) switch
    {
        (null, _) => "Created",
        (_, null) => "Deleted",
        _ => "Changed",
    };

    private static DiffDetails DetailsOf(TargetPath target, string? old, string? now)
    {
        var diff = UnifiedDiff.Between(target.Shown, Plain(old), Plain(now));
        return new DiffDetails(target.Shown, TextEncoding.Readable(Shorten(diff.Text)), diff.Additions, diff.Deletions);
    }

    /// <summary>Line endings are kept, not shown.</summary>
    private static string? Plain(string? text) => text is null ? null : new LineEndings(text).Plain;

    private static string Shorten(string diff) =>
        diff.Length <= LongestDiff ? diff : $"{diff.AsSpan(0, diff.LastIndexOf('\n', LongestDiff) + 1)}… {diff.Length - LongestDiff} more characters\n";
}
