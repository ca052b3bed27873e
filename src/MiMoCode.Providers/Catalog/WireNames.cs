namespace MiMoCode.Providers.Catalog;

/// <summary>Which wire is meant by the name of the JavaScript package that catalogues and configurations use for it.</summary>
internal static class WireNames
{
    public static Wire Of(string? npm) => npm switch
    {
        "@ai-sdk/anthropic" => Wire.Messages,
        "@ai-sdk/openai" => Wire.Responses,
        _ => Wire.Chat,
    };
}
