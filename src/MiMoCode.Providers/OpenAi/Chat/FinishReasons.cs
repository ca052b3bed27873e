using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>The reasons to stop of the chat wire, in the spellings of its servers.</summary>
internal static class FinishReasons
{
    public static StopReason Of(string reason) => reason.ToLowerInvariant() switch
    {
        "stop" or "eos" or "eos_token" or "end_turn" or "stop_sequence" => StopReason.Done,
        "tool_calls" or "tool_call" or "function_call" or "tool_use" => StopReason.ToolCalls,
        "length" or "max_tokens" or "model_length" or "max_output_tokens" => StopReason.OutputLimit,
        "content_filter" or "sensitive" or "safety" or "refusal" or "recitation" or "prohibited_content" => StopReason.Filtered,
        "model_context_window_exceeded" => StopReason.ContextFull,
        "error" or "network_error" or "insufficient_system_resource" or "abort" => StopReason.Failed,
        _ => StopReason.Unknown,
    };
}
