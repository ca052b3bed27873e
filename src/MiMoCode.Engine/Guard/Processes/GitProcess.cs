using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// Our own git calls. A repository may name programs in its configuration and attributes; none of them runs here: hooks, file
/// monitors, filters, external diffs, text converters, pagers, editors, signers, credential helpers and transports are off.
/// </summary>
internal sealed class GitProcess(ProcessRunner runner)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly ImmutableArray<string> Safe =
    [
        "--no-optional-locks", "--no-pager", "--literal-pathspecs",
        .. new[]
        {
            "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null", "core.sshCommand=false",
            "core.pager=cat", "core.editor=false", "core.askPass=false", "core.gitProxy=", "diff.external=", "credential.helper=",
            "gpg.program=false", "gpg.ssh.program=false", "log.showSignature=false", "commit.gpgSign=false", "tag.gpgSign=false",
            "protocol.ext.allow=never", "submodule.recurse=false", "safe.bareRepository=explicit", "core.quotePath=false",
            "gc.auto=0", "maintenance.auto=false", "uploadpack.packObjectsHook=", "core.untrackedCache=false",
        }.SelectMany(setting => new[] { "-c", setting }),
    ];

    private static readonly ImmutableDictionary<string, string?> Variables = new Dictionary<string, string?>
    {
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ALLOW_PROTOCOL"] = "",
        ["GIT_ATTR_NOSYSTEM"] = "1",
        ["LC_ALL"] = "C.UTF-8",
    }.ToImmutableDictionary();

    /// <summary>Runs git in the folder. Extra variables say for instance which index or repository to use.</summary>
    public async Task<ProcessResult> RunAsync(
        string directory,
        ImmutableArray<string> arguments,
        CancellationToken cancellationToken,
        ImmutableDictionary<string, string?>? variables = null,
        ReadOnlyMemory<byte>? input = null)
    {
        // Read anew for each call: what an earlier list did not know could run.
        var listed = await StartAsync(
            directory, ["config", "--name-only", "--null", "--get-regexp", "^(filter|diff|merge)\\."], variables, null, cancellationToken);

        // Without the list nothing may run; 1 means that it is empty.
        return listed.TimedOut || listed.End.Code is not (0 or 1)
            ? listed
            : await StartAsync(directory, [.. SwitchedOff(listed), .. Hardened(arguments)], variables, input, cancellationToken);
    }

    /// <summary>
    /// The contents of blobs as they are stored, by their ids, as many as are found. Nothing converts them, so that no filter needs to be
    /// switched off; what a partial clone left out is not fetched.
    /// </summary>
    public async Task<Dictionary<string, byte[]>> BlobsAsync(string directory, ImmutableArray<string> ids, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (ids.IsEmpty)
            return blobs;
        try
        {
            var result = await StartAsync(
                directory, ["-c", "safe.directory=*", "cat-file", "--batch"], Variables.SetItem("GIT_NO_LAZY_FETCH", "1"),
                Encoding.ASCII.GetBytes(string.Join('\n', ids) + "\n"), cancellationToken);
            var output = result.Output.Beginning().AsSpan();
            foreach (var id in ids)
            {
                if (TakeBlob(ref output, id) is { } blob)
                    blobs[id] = blob;
            }
        }
        catch (ProcessStartException)
        {
            // No git, no blobs.
        }

        return blobs;
    }

    /// <summary>Takes one answer off: "id blob length", the content, a line end. Null for any other.</summary>
    private static byte[]? TakeBlob(ref Span<byte> output, string id)
    {
        var line = output.IndexOf((byte)'\n');
        if (line < 0)
            return null;
        var words = Encoding.ASCII.GetString(output[..line]).Split(' ');
        output = output[(line + 1)..];
        if (words is not [var found, var kind, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length >= output.Length)
            return null;
        var content = output[..length].ToArray();
        output = output[(length + 1)..];
        return found == id && kind == "blob" ? content : null;
    }

    /// <summary>The output of git as text without its last line end; null when git failed.</summary>
    public async Task<string?> TextAsync(string directory, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(directory, arguments, cancellationToken);
        return result.Succeeded ? result.Output.Text().TrimEnd('\n') : null;
    }

    /// <summary>Commands that can show differences would still run converters that attributes name.</summary>
    private static ImmutableArray<string> Hardened(ImmutableArray<string> arguments) =>
        arguments is [("diff" or "log" or "show" or "diff-tree" or "diff-index" or "diff-files") and var name, .. var rest]
            ? [name, "--no-ext-diff", "--no-textconv", .. rest]
            : arguments;

    /// <summary>Settings that switch off every filter and driver the repository's own configuration knows. Listing ran nothing.</summary>
    private static ImmutableArray<string> SwitchedOff(ProcessResult listed)
    {
        var settings = ImmutableArray.CreateBuilder<string>();
        foreach (var key in listed.Output.Text().Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            var value = key[(key.LastIndexOf('.') + 1)..] switch
            {
                "required" => "false",
                "clean" or "smudge" or "process" or "command" or "textconv" or "driver" => "",
                _ => null,
            };
            if (value is not null)
                settings.AddRange("-c", $"{key}={value}");
        }

        return settings.ToImmutable();
    }

    private Task<ProcessResult> StartAsync(
        string directory,
        ImmutableArray<string> arguments,
        ImmutableDictionary<string, string?>? variables,
        ReadOnlyMemory<byte>? input,
        CancellationToken cancellationToken)
    {
        var spec = new ProcessSpec("git", [.. Safe, .. arguments], directory)
        {
            Environment = variables is null ? Variables : Variables.SetItems(variables),
            Input = input,
            Supervised = false,
        };
        return runner.RunAsync(spec, Timeout, cancellationToken, new OutputBounds(64 * 1024 * 1024, 64 * 1024, 0));
    }
}
