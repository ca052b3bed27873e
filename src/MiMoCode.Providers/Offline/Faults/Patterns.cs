using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A regular expression that repeats, anchors or ignores case where it should not, or does not where it should.</summary>
internal sealed class Patterns : IFault
{
    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.Kind is not TokenKind.Regex)
            yield break;
        var text = site.Token.Text;
        var close = text.LastIndexOf('/');
        var (body, flags) = (text[1..close], text[(close + 1)..]);
        foreach (var flag in "gi")
            yield return site.Replace($"/{body}/{(flags.Contains(flag) ? flags.Replace(flag.ToString(), "", StringComparison.Ordinal) : flags + flag)}", flag is 'g' ? 0.5 : 0.3);
        for (var index = 1; index < body.Length; index++)
        {
            if (body[index - 1] is '\\')
                continue;
            if (body[index] is '+' or '*')
                yield return site.Replace($"/{body[..index]}{(body[index] is '+' ? '*' : '+')}{body[(index + 1)..]}/{flags}", 0.4);
        }

        yield return site.Replace(body.StartsWith('^') ? $"/{body[1..]}/{flags}" : $"/^{body}/{flags}", 0.2);
        yield return site.Replace(body.EndsWith('$') ? $"/{body[..^1]}/{flags}" : $"/{body}$/{flags}", 0.2);
    }
}
