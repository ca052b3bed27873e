using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Goals;

/// <summary>What a session works towards, and how far its judge has come. Spent is what the session had cost when it was set.</summary>
internal sealed record Goal(string Condition, DateTimeOffset Since, decimal Spent = 0, decimal? MaxCost = null, int? MaxMinutes = null)
{
    public GoalState State { get; init; }

    /// <summary>How often it was judged not to be met.</summary>
    public int Round { get; init; }

    /// <summary>What the judge said last.</summary>
    public string? Reason { get; init; }
}

/// <summary>Where a goal stands.</summary>
internal enum GoalState
{
    [JsonStringEnumMemberName("open")] Open,
    [JsonStringEnumMemberName("met")] Met,
    [JsonStringEnumMemberName("impossible")] Impossible,

    /// <summary>It was sent back as often as allowed, and is still not met.</summary>
    [JsonStringEnumMemberName("unmet")] Unmet,
}

/// <summary>A goal as it is kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Goal))]
internal sealed partial class GoalJson : JsonSerializerContext;

/// <summary>The goals of sessions; they survive a restart. A session has one at a time.</summary>
internal sealed class GoalBook(StateStore state, UsageStore usage, TimeProvider clock)
{
    private const string Key = "goal";

    /// <summary>The goal of a session, in whatever state; null when none was set.</summary>
    public Goal? Find(string sessionId) =>
        state.Get(sessionId, Key) is { } json ? JsonSerializer.Deserialize(json, GoalJson.Default.Goal) : null;

    /// <summary>Sets a goal in place of the one there was.</summary>
    /// <exception cref="UserException">It says nothing.</exception>
    public async Task<Goal> SetAsync(
        string sessionId, string condition, decimal? maxCost, int? maxMinutes, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(condition))
            throw new UserException("A goal says what is to be true in the end, as in: `dotnet test` passes and the README names the flag.");
        var goal = new Goal(condition.Trim(), clock.GetUtcNow(), Cost(sessionId), maxCost, maxMinutes);
        await StoreAsync(sessionId, goal, cancellationToken);
        return goal;
    }

    public Task ClearAsync(string sessionId, CancellationToken cancellationToken) => state.SetAsync(sessionId, Key, null, cancellationToken);

    public Task StoreAsync(string sessionId, Goal goal, CancellationToken cancellationToken) =>
        state.SetAsync(sessionId, Key, JsonSerializer.Serialize(goal, GoalJson.Default.Goal), cancellationToken);

    /// <summary>Which limit of a goal is used up, in words; null while none is.</summary>
    public string? Exhausted(string sessionId, Goal goal)
    {
        var spent = Cost(sessionId) - goal.Spent;
        if (goal.MaxCost is { } most && spent >= most)
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{spent:0.00} of the {most:0.00} dollars for the goal are spent");
        return goal.MaxMinutes is { } minutes && clock.GetUtcNow() - goal.Since >= TimeSpan.FromMinutes(minutes)
            ? $"the {minutes} minutes for the goal are over"
            : null;
    }

    private decimal Cost(string sessionId) => usage.Sum(UsageGroup.Root, sessionId).Sum(sum => sum.Cost);
}
