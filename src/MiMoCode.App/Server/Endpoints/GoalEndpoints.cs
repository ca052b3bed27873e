using System.Collections.Immutable;
using MiMoCode.Engine.Features.Goals;
using MiMoCode.Protocol;
using static MiMoCode.App.Server.Endpoints.SessionEndpoints;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>What a session works towards: routes of our own.</summary>
internal static class GoalEndpoints
{
    public static ImmutableArray<Route> Routes { get; } =
    [
        OfSession(Route.Get("/session/{sessionID}/goal", "session.goal", "The goal, and what the judge said last; not found when none was set.", GoalJson.Default.Goal,
            static call => Task.FromResult(call.Workspace.Goals.Find(Id(call)) ?? throw UserException.NotFound("goal of session", Id(call))))),
        OfSession(Route.Send("PUT", "/session/{sessionID}/goal", "session.goal.set", "Sets the goal; the next turn works until it is met.", ServerJson.Default.GoalBody, GoalJson.Default.Goal,
            static (call, body) => call.Workspace.Goals.SetAsync(Id(call), body.Condition, body.MaxCost, body.MaxMinutes, call.Cancelled))),
        OfSession(Route.Delete("/session/{sessionID}/goal", "session.goal.clear", "Takes the goal back.", ServerJson.Default.Boolean, ClearAsync)),
    ];

    private static async Task<bool> ClearAsync(Call call)
    {
        await call.Workspace.Goals.ClearAsync(Id(call), call.Cancelled);
        return true;
    }
}

/// <summary>A goal to set: what is to be true in the end, and how many dollars and minutes it may cost.</summary>
internal sealed record GoalBody(string Condition, decimal? MaxCost = null, int? MaxMinutes = null);
