using System.Text.Json;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Features.MaxMode;

/// <summary>Whether Max Mode is on in a session: what was switched there, else what the settings say. It survives a restart.</summary>
internal sealed class MaxModeSwitch(StateStore state, JsonElement? setting)
{
    private const string Key = "max", On = "on", Off = "off";

    /// <summary>How many candidates are asked for; null when the mode is off.</summary>
    public int? Candidates(string sessionId) => state.Get(sessionId, Key) switch
    {
        On => MaxModeSetting.Candidates(setting) ?? MaxModeSetting.DefaultCandidates,
        Off => null,
        _ => MaxModeSetting.Candidates(setting),
    };

    /// <summary>Switches it on or off, or to the other state when neither is said; what holds now, for people.</summary>
    public async Task<string> SwitchAsync(string sessionId, string wanted, CancellationToken cancellationToken)
    {
        var on = wanted is On || (wanted is not Off && Candidates(sessionId) is null);
        await state.SetAsync(sessionId, Key, on ? On : Off, cancellationToken);
        return on ? $"Max Mode is on: each step is the best of {Candidates(sessionId)}, and all are billed." : "Max Mode is off.";
    }
}
