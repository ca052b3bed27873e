using MiMoCode.Engine.Features.Budgets;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Offline;

namespace MiMoCode.Engine;

/// <summary>Who answers for the agents that work beside a session and that nobody talks to.</summary>
internal sealed class HiddenTurns(ModelDirectory models, AgentCatalogue agents, BudgetBook budgets)
{
    /// <summary>The model for small jobs near another one; null where there is none.</summary>
    public Turn? Title(ModelRef near)
    {
        if (models.Small(near.ProviderId) is not { } small)
            return null;
        var (model, provider) = models.Open(small);
        return new Turn("title", model, provider) { Variant = small.Variant, Purpose = Purpose.Title };
    }

    /// <summary>The model that an agent's file or the settings name for it, else that of the session; null where it is the program itself.</summary>
    public async ValueTask<Turn?> UpkeepAsync(string agent, Session near, CancellationToken cancellationToken)
    {
        var talked = near.Prompt?.Model ?? (await models.ChooseAsync(null, near.Info.Model, cancellationToken)).Model;
        var name = agents.Get(agent).Model is { } own && models.Resolve(own, talked.ProviderId) is { } named ? named : talked;
        var (model, provider) = models.Open(name);
        return model == RepairProvider.Model
            ? null
            : new Turn(agent, model, budgets.IsOn ? new BudgetedProvider(provider, budgets, near.RootId) : provider) { Variant = name.Variant, Purpose = Purpose.Writer };
    }
}
