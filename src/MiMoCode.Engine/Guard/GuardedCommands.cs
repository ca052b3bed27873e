using System.Collections.Immutable;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Guard;

/// <summary>Runs command lines, and looks whether files may be read, that the program itself needs: under the same rules as those of the session's agent.</summary>
internal sealed class GuardedCommands(IToolGate permission, ProcessRunner runner, string home, TimeProvider clock)
{
    /// <summary>Never throws for what the command did; a refusal says why.</summary>
    public async Task<GuardedResult> RunAsync(Session session, string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var accesses = CommandAccesses.Of(command, session.Directory, home, new CommandDetails(command, ""));
        if (await DenyAsync(session, PermissionNames.Bash, accesses, cancellationToken) is { } refused)
            return new GuardedResult(null, "", refused) { Ran = false };
        try
        {
            var spec = new ProcessSpec("bash", ["-c", command], session.Directory) { MergeErrors = true };
            var result = await runner.RunAsync(spec, timeout, cancellationToken);
            return result.TimedOut
                ? new GuardedResult(null, result.Output.Text(), $"it did not end within {timeout.TotalSeconds:0} seconds")
                : new GuardedResult(result.End.ShellCode, result.Output.Text(), null);
        }
        catch (ProcessStartException error)
        {
            return new GuardedResult(null, "", $"it could not be started: {error.Message}") { Ran = false };
        }
    }

    /// <summary>Why the session's agent may not read a file or folder; null when it may.</summary>
    public ValueTask<string?> DenyReadAsync(Session session, string path, CancellationToken cancellationToken) =>
        DenyAsync(session, PermissionNames.Read, [new Access(PermissionNames.Read, path, path) { Path = path }], cancellationToken);

    private ValueTask<string?> DenyAsync(Session session, string tool, ImmutableArray<Access> accesses, CancellationToken cancellationToken)
    {
        var call = new ToolPart(Ids.Of("call", clock), tool, new ToolPending(EmptyJson.Object))
        {
            Id = Ids.Part(clock), SessionId = session.Id, MessageId = session.Prompt?.Id ?? "",
        };
        var plan = new ToolPlan(accesses, _ => throw new InvalidOperationException("This plan is only judged."));
        return permission.DenyAsync(session, call, plan, cancellationToken);
    }
}

/// <summary>What a command showed. Without an exit code the failure says why there is none.</summary>
internal sealed record GuardedResult(int? Exit, string Output, string? Failure)
{
    /// <summary>It was started at all.</summary>
    public bool Ran { get; init; } = true;
}
