using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>Spells the failure of a request as the error of its message, under the names that clients know.</summary>
internal static class Failures
{
    /// <summary>What a call failed with when somebody stopped it.</summary>
    public const string Stopped = "Stopped by the user before it ended.";

    /// <summary>Whether the call may have had an effect: it ran, or was ended in the middle.</summary>
    public static bool MayHaveActed(ToolState state) =>
        state is ToolRunning or ToolCompleted or ToolFailed { Error: Stopped or Recovery.CallText };

    /// <summary>Null when nothing went wrong.</summary>
    public static MessageError? ToError(Finished finished) => finished switch
    {
        { Reason: StopReason.Aborted } => MessageError.Of(MessageError.Aborted, "The reply was interrupted."),
        { Failure: { } failure } => new MessageError(NameOf(failure.Kind), new MessageErrorDetails(
            failure.Message, failure.StatusCode, failure.IsRetryable, ResponseBody: failure.Body)),
        _ => null,
    };

    private static string NameOf(FailureKind kind) => kind switch
    {
        FailureKind.Auth => MessageError.Auth,
        FailureKind.ContextFull => MessageError.ContextOverflow,
        FailureKind.Repetition => MessageError.Repetition,
        FailureKind.Filtered => MessageError.ContentFilter,
        _ => MessageError.Api,
    };
}
