using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Logs;

/// <summary>The secrets that this process knows: keys in settings, in the environment and in auth.json. What holds one is written without it.</summary>
internal sealed class SecretTexts
{
    /// <summary>What is shorter is in lines by chance.</summary>
    private const int Shortest = 8;

    private readonly string[] known;

    public SecretTexts(Node settings, EnvironmentVariables environment, AuthStore auth)
    {
        var inEnvironment = environment.All.Where(each => Secrets.IsSecret(each.Key)).Select(each => each.Value);
        // The longest first: one may be a part of another.
        known = [.. Secrets.In(settings).SelectMany(text => text.Split(' ')).Concat(inEnvironment).Concat(Stored(auth)).Where(text => text.Length >= Shortest).Distinct().OrderByDescending(text => text.Length)];
    }

    /// <summary>The text without the secrets that are in it.</summary>
    public string Hide(string text)
    {
        foreach (var secret in known)
            text = text.Replace(secret, Secrets.Shown, StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> Stored(AuthStore auth)
    {
        try
        {
            return auth.All().Values.SelectMany(each => new[] { each.Key, each.Refresh, each.Access, each.Token }).OfType<string>();
        }
        catch (Exception damaged) when (damaged is UserException or IOException or UnauthorizedAccessException)
        {
            // Whoever needs a key says so.
            return [];
        }
    }
}
