using System.Collections.Immutable;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Requests;

/// <summary>How a session stands: what its model sees, what it cost, its tasks and checkpoints.</summary>
public sealed record SessionReport(
    SessionInfo Session,
    bool Working,
    string? Agent,
    string? Model,
    WindowReport? Window,
    ImmutableArray<UsageSum> Cost,
    ImmutableArray<AgentTask> Tasks,
    ImmutableArray<CheckpointReport> Checkpoints);

/// <summary>
/// What is in the window. Tokens are what the provider counted last plus an estimate of what came since (Counted), or an estimate
/// alone; Usable is what a request may take up, Limit what the model was made for. Share is a part of Usable. Next is null when
/// growth crosses no further threshold before the window is full.
/// </summary>
public sealed record WindowReport(
    long Number, string Begins, int Messages, long Tokens, bool Counted, long Usable, long Limit, double Share,
    NextCheckpoint? Next, ImmutableArray<WindowPiece> Pieces);

/// <summary>At which share of the usable window, and so at how many tokens, the next checkpoint is written.</summary>
public sealed record NextCheckpoint(double Share, long Tokens);

/// <summary>A kind of content of the window and how many tokens it is estimated at.</summary>
public sealed record WindowPiece(string What, long Tokens);

/// <summary>A checkpoint: how many messages it covers and how long it is. Not written: no model wrote to it. Holds: it was not taken back.</summary>
public sealed record CheckpointReport(long Version, DateTimeOffset Time, long Messages, long Tokens, bool Written, bool Holds);
