using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Models;

/// <summary>The model that was chosen, and why, in words for one line.</summary>
internal sealed record ModelChoice(ModelRef Model, string Reason);
