using System.Security.Cryptography;

namespace MiMoCode.Engine.Features.Sessions;

/// <summary>Two words by which people tell sessions apart.</summary>
internal static class Slug
{
    private static readonly string[] Qualities =
    [
        "amber", "brave", "calm", "clever", "cosmic", "crisp", "eager", "gentle", "golden", "happy", "hidden", "jolly", "keen", "lucky",
        "mellow", "misty", "neat", "nimble", "playful", "proud", "quick", "quiet", "shiny", "silent", "sunny", "swift", "tidy", "witty",
    ];

    private static readonly string[] Things =
    [
        "badger", "canyon", "comet", "falcon", "forest", "garden", "harbor", "island", "kayak", "lagoon", "lantern", "meadow", "moon",
        "mountain", "orchid", "otter", "panda", "planet", "river", "rocket", "sailor", "squid", "star", "tiger", "valley", "wizard", "wolf",
    ];

    public static string New() => $"{Pick(Qualities)}-{Pick(Things)}";

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
