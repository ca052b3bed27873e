using MiMoCode.Engine.Features.Goals;
using MiMoCode.Engine.Features.Loops;
using MiMoCode.Engine.Features.Maintenance;
using MiMoCode.Engine.Features.MaxMode;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine;

/// <summary>Slash commands that the program carries out itself: no model is asked, and no turn follows.</summary>
internal sealed class WorkspaceCommands(GoalBook goals, Upkeep upkeep, MaxModeSwitch maxMode, LoopBook loops)
{
    /// <summary>What came of a command, for people; null for one that is a prompt.</summary>
    public async Task<string?> RunAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken)
    {
        switch (request.Command.TrimStart('/'), request.Arguments.Trim())
        {
            case ("goal", "clear"):
                await goals.ClearAsync(sessionId, cancellationToken);
                return "The goal is taken back.";
            case ("dream", _):
                return await upkeep.DreamAsync(sessionId, cancellationToken);
            case ("distill", _):
                return await upkeep.DistillAsync(sessionId, cancellationToken);
            case ("max", var wanted):
                return await maxMode.SwitchAsync(sessionId, wanted, cancellationToken);
            case ("loop", var what):
                return await LoopCommand.RunAsync(loops, sessionId, what, cancellationToken);
            default:
                return null;
        }
    }
}
