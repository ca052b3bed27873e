using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Loops;

/// <summary>
/// A prompt that comes again: at the times of a cron expression, or so many seconds after the last time. It ends when it came as often
/// as it may, or when its session has cost so much more since it was set. Spent is what the session had cost then.
/// </summary>
internal sealed record Recurrence(string Id, string Prompt, string? Cron, int? Seconds, DateTimeOffset Next, int Left, decimal MaxCost, decimal Spent);

/// <summary>Recurrences as they are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<Recurrence>))]
internal sealed partial class LoopJson : JsonSerializerContext;

/// <summary>The recurring prompts of sessions; they survive a restart.</summary>
internal sealed class LoopBook(StateStore state, UsageStore usage, TimeProvider clock)
{
    /// <summary>What a loop may do when nothing else is said.</summary>
    public const int DefaultTimes = 20, MostTimes = 200, LeastSeconds = 60, MostSeconds = 24 * 3600;

    private const string Key = "loops";
    private const decimal DefaultCost = 1m;
    private const int MostInSession = 10;

    /// <summary>Called when there is one to look after.</summary>
    public Action Added { get; set; } = static () => { };

    public ImmutableArray<Recurrence> List(string sessionId) => Read(state.Get(sessionId, Key));

    /// <summary>All that there are, with their sessions.</summary>
    public IEnumerable<(string SessionId, Recurrence Loop)> All() =>
        state.All(Key).SelectMany(entry => Read(entry.Value).Select(loop => (entry.SessionId, loop)));

    /// <summary>Adds one; either a cron expression or a number of seconds says when.</summary>
    /// <exception cref="UserException">It says nothing, or when it comes cannot be understood.</exception>
    public async Task<Recurrence> AddAsync(
        string sessionId, string prompt, string? cron, int? seconds, int? times, decimal? maxCost, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(prompt))
            throw new UserException("Say what is to be done each time.");
        var all = List(sessionId);
        if (all.Length >= MostInSession)
            throw new UserException($"There are {MostInSession} loops in this session already; take one back first.");
        seconds = seconds is { } given ? Math.Clamp(given, LeastSeconds, MostSeconds) : null;
        var next = NextOf(cron, seconds)
            ?? throw new UserException("When it comes is not clear: give five cron fields in UTC, as in '*/15 9-17 * * 1-5', or a number of seconds.");
        var number = 1 + all.Select(each => int.Parse(each.Id[1..], CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        var loop = new Recurrence(
            string.Create(CultureInfo.InvariantCulture, $"L{number}"), prompt.Trim(), cron, seconds, next, Math.Clamp(times ?? DefaultTimes, 1, MostTimes), maxCost ?? DefaultCost, Cost(sessionId));
        await StoreAsync(sessionId, all.Add(loop), cancellationToken);
        Added();
        return loop;
    }

    /// <summary>Takes one back, or all; how many there were.</summary>
    public async Task<int> RemoveAsync(string sessionId, string? id, CancellationToken cancellationToken)
    {
        var all = List(sessionId);
        var left = all.RemoveAll(each => id is null || each.Id == id);
        await StoreAsync(sessionId, left, cancellationToken);
        return all.Length - left.Length;
    }

    /// <summary>Counts one time: the loop with its next time, or without it when that was the last.</summary>
    public Task CountAsync(string sessionId, Recurrence loop, CancellationToken cancellationToken) => StoreAsync(
        sessionId,
        loop.Left > 1 && NextOf(loop.Cron, loop.Seconds) is { } next
            ? List(sessionId).Replace(loop, loop with { Left = loop.Left - 1, Next = next })
            : List(sessionId).Remove(loop),
        cancellationToken);

    /// <summary>True when the session has cost what the loop may.</summary>
    public bool IsSpent(string sessionId, Recurrence loop) => Cost(sessionId) - loop.Spent >= loop.MaxCost;

    private DateTimeOffset? NextOf(string? cron, int? seconds) =>
        cron is not null ? CronTimes.Parse(cron)?.After(clock.GetUtcNow())
        : seconds is { } given ? clock.GetUtcNow().AddSeconds(given) : null;

    private Task StoreAsync(string sessionId, ImmutableArray<Recurrence> loops, CancellationToken cancellationToken) => state.SetAsync(
        sessionId, Key, loops.IsEmpty ? null : JsonSerializer.Serialize(loops, LoopJson.Default.ImmutableArrayRecurrence), cancellationToken);

    private static ImmutableArray<Recurrence> Read(string? json) => json is null ? [] : JsonSerializer.Deserialize(json, LoopJson.Default.ImmutableArrayRecurrence);

    private decimal Cost(string sessionId) => usage.Sum(UsageGroup.Root, sessionId).Sum(sum => sum.Cost);
}
