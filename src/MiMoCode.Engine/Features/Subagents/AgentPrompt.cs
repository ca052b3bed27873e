using MiMoCode.Engine.Foundation.Assets;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>What an agent is told about itself: how everyone works here, then its own part. Hidden agents get their own part alone.</summary>
internal sealed class AgentPrompt(Assets assets)
{
    public string Of(AgentDefinition agent) =>
        agent.Hidden ? agent.Prompt : $"{Shared()}\n\n{agent.Prompt}".TrimEnd();

    /// <summary>How everyone works here.</summary>
    public string Shared() => assets.Read("prompts/system.md").Trim();
}
