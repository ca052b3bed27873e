using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// A file of the disk that goes with a prompt, read when the prompt is accepted: what the person saw is what the model sees, also when
/// the file is changed or gone later.
/// </summary>
internal static class AttachedFile
{
    private const int LongestText = 200_000;
    private const int LargestMedia = 10_000_000;
    private const int MostEntries = 500;

    /// <summary>The parts that stand for it: text as words beside the file, pictures and PDFs as data in its address.</summary>
    /// <exception cref="UserException">It is not there, too large or no text.</exception>
    public static IEnumerable<Part> Read(FilePart file, Func<string> newId, Func<string, string?> refuse)
    {
        if (!Uri.TryCreate(file.Url, UriKind.Absolute, out var address) || !address.IsFile)
            return [file];
        var path = address.LocalPath;
        if (refuse(path) is { } refused)
            throw new UserException(refused);
        try
        {
            if (Directory.Exists(path))
                return [Words(file, newId(), $"The folder {path} holds:\n{Entries(path)}"), file];
            return file.Mime.StartsWith("image/", StringComparison.Ordinal) || file.Mime is "application/pdf"
                ? [file with { Url = $"data:{file.Mime};base64,{Convert.ToBase64String(Media(path))}" }]
                : [Words(file, newId(), $"The file {path} holds:\n{Text(path)}"), file];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"Cannot read {path}: {failure.Message}");
        }
    }

    private static TextPart Words(FilePart file, string id, string text) =>
        new(text, Synthetic: true) { Id = id, SessionId = file.SessionId, MessageId = file.MessageId };

    private static string Text(string path)
    {
        var bytes = Head(path, LongestText, out var isWhole);
        if (TextEncoding.LooksBinary(bytes))
            throw new UserException($"{path} is not a text file; name it in the message instead.");
        var text = TextEncoding.Readable(TextEncoding.Detect(bytes).Decode(bytes));
        return isWhole ? text : $"{text}\n[The file goes on: these are its first {LongestText} bytes.]";
    }

    private static byte[] Media(string path)
    {
        var bytes = Head(path, LargestMedia, out var isWhole);
        return isWhole ? bytes : throw new UserException($"{path} is larger than {LargestMedia / 1_000_000} MB, which is too large to send.");
    }

    private static byte[] Head(string path, int most, out bool isWhole)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[most];
        var count = stream.ReadAtLeast(bytes, most, throwOnEndOfStream: false);
        isWhole = count < most || stream.ReadByte() < 0;
        return bytes[..count];
    }

    private static string Entries(string path)
    {
        var names = Directory.EnumerateFileSystemEntries(path)
            .Select(entry => Path.GetFileName(entry) + (Directory.Exists(entry) ? "/" : "")).Order(StringComparer.Ordinal).ToList();
        var shown = string.Join('\n', names.Take(MostEntries));
        return names.Count > MostEntries ? $"{shown}\n[and {names.Count - MostEntries} more]" : shown;
    }
}
