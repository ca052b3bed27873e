namespace MiMoCode.TestKit.ModelServer;

/// <summary>The many ways in which servers say that a request does not fit the window.</summary>
internal static class ContextTooLong
{
    /// <summary>Server, HTTP status and body. Also a source of theory data.</summary>
    public static IReadOnlyList<(string Server, int Status, string Body)> Wordings { get; } =
    [
        ("openai", 400, """{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"""),
        ("openai responses", 400, """{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}"""),
        ("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"""),
        ("anthropic with output", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again"}}"""),
        ("anthropic by bytes", 413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"""),
        ("gemini", 400, """[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}]"""),
        ("deepseek", 400, """{"error":{"message":"This model's maximum context length is 65536 tokens. However, you requested 70000 tokens (62000 in the messages, 8000 in the completion).","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"""),
        ("moonshot", 400, """{"error":{"message":"Invalid request: Your request exceeded model token limit: 131072","type":"invalid_request_error"}}"""),
        ("zhipu", 400, """{"error":{"code":"1261","message":"Prompt exceeds max length"}}"""),
        ("qwen", 400, """{"error":{"message":"Range of input length should be [1, 129024]","type":"invalid_request_error","code":"invalid_parameter_error"}}"""),
        ("openrouter", 400, """{"error":{"message":"This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (139000 of text input, 1000 in the output). Please reduce the length of either one.","code":400}}"""),
        ("groq", 400, """{"error":{"message":"Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"""),
        ("xai", 400, """{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 140000 tokens."}"""),
        ("mistral", 400, """{"object":"error","message":"Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length","type":"invalid_request_prompt","code":"3051"}"""),
        ("minimax", 400, """{"error":{"message":"invalid params, context window exceeds limit","type":"bad_request_error"}}"""),
        ("bedrock", 400, """{"message":"Input is too long for requested model."}"""),
        ("copilot", 400, """{"error":{"message":"prompt token count of 140000 exceeds the limit of 128000","code":"model_max_prompt_tokens_exceeded"}}"""),
        ("vllm", 400, """{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages, Please reduce the length of the messages.","type":"BadRequestError","param":null,"code":400}"""),
        ("llama.cpp", 400, """{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}"""),
        ("lm studio", 400, """{"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}"""),
        ("ollama", 400, """{"error":{"message":"input length exceeds maximum context length","type":"api_error"}}"""),
    ];
}
