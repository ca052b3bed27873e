using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Models;

/// <summary>Images and PDF files of a prompt: not larger than can be sent, and what to know when the model cannot read them.</summary>
internal static class AttachmentLimits
{
    // Base64 takes four characters for three bytes.
    private const int LargestBytes = 10_000_000, LongestAddress = LargestBytes / 3 * 4;

    /// <summary>Lets through what can be sent; nothing is decoded before its size is known.</summary>
    /// <exception cref="UserException">A file is too large.</exception>
    public static void Require(PromptRequest request)
    {
        var tooLarge = request.Parts.OfType<PromptFile>().FirstOrDefault(file =>
            file.Url.StartsWith("data:", StringComparison.Ordinal) && file.Url.Length > LongestAddress);
        if (tooLarge is not null)
            throw new UserException($"{tooLarge.Filename ?? "A file"} is larger than {LargestBytes / 1_000_000} MB, which is too large to send.", httpStatus: 413);
    }

    /// <summary>Why a path cannot go along at all: reading a pipe or a device might never end. Null when it is a file or folder, or nothing.</summary>
    public static string? Special(string path) =>
        FileCalls.Status(RealPath.Of(path)) is { IsRegular: false, IsFolder: false } status ? $"{path} is {status.Kind}, not a file." : null;

    /// <summary>What a person should know about the files of a prompt that this model cannot read; null when it reads all.</summary>
    public static string? Unread(MessageWithParts prompt, Model model)
    {
        var unread = prompt.Parts.OfType<FilePart>()
            .Where(file => (file.Mime.StartsWith("image/", StringComparison.Ordinal) && !model.Images) || (file.Mime is "application/pdf" && !model.Pdf))
            .Select(file => file.Filename ?? file.Mime).ToList();
        return unread.Count is 0 ? null
            : $"{model.Ref} cannot read {string.Join(", ", unread)}: it is told that the file is there, but not what it shows. "
                + $"Choose a model that can, or say so in provider.{model.ProviderId}.models if this one does (modalities.input).";
    }
}
