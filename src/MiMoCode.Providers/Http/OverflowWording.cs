namespace MiMoCode.Providers.Http;

/// <summary>The ways in which servers say that a request does not fit the window. Each line is a text that one of them really sends.</summary>
internal static class OverflowWording
{
    // Each entry: every phrase of it has to occur, whatever the case of its letters.
    private static readonly string[][] Wordings =
    [
        ["context_length_exceeded"],                                    // OpenAI and who follows it
        ["maximum context length"],                                     // OpenAI, DeepSeek, OpenRouter, vLLM, Mistral, Ollama
        ["exceeds the context window"],                                 // OpenAI Responses
        ["prompt is too long"],                                         // Anthropic
        ["exceed context limit"],                                       // Anthropic, with the room for the reply
        ["request_too_large"],                                          // Anthropic, by bytes
        ["input token count", "exceeds the maximum"],                   // Gemini
        ["exceeded model token limit"],                                 // Moonshot
        ["prompt exceeds max length"],                                  // Zhipu
        ["tokens in request more than max tokens allowed"],             // Zhipu
        ["range of input length"],                                      // Qwen
        ["input length", "exceed"],                                     // Qwen, Ollama
        ["reduce the length of the messages"],                          // Groq
        ["maximum prompt length"],                                      // xAI
        ["too large for model with"],                                   // Mistral
        ["context window exceeds limit"],                               // MiniMax
        ["input is too long for requested model"],                      // Bedrock
        ["model_max_prompt_tokens_exceeded"],                           // Copilot
        ["prompt token count", "exceeds the limit"],                    // Copilot
        ["exceed_context_size_error"],                                  // llama.cpp
        ["exceeds the available context size"],                         // llama.cpp
        ["greater than the context length"],                            // LM Studio
        ["tokens to keep from the initial prompt"],                     // LM Studio
        ["model is loaded with context length"],                        // LM Studio
        ["context length", "not enough"],                               // LM Studio
        ["longer than the model's context length"],                     // SGLang
        ["model_context_window_exceeded"],                              // Anthropic, as a reason to stop
        ["context window", "exceeded"],
        ["context length", "exceeded"],
        ["too many tokens", "context"],
        ["exceeds", "max_model_len"],                                   // vLLM
        ["request entity too large"],                                   // proxies
    ];

    public static bool Matches(string said) =>
        Array.Exists(Wordings, phrases => Array.TrueForAll(phrases, phrase => said.Contains(phrase, StringComparison.OrdinalIgnoreCase)));
}
