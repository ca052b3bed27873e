using System.Collections.Immutable;

namespace MiMoCode.Engine.Features.Skills;

/// <summary>Finds the skills that fit a few words best: names count more than descriptions, rare words more than common ones.</summary>
internal static class SkillRanking
{
    private const double NameWeight = 3;

    /// <summary>The best first; skills that share no word with the query are left out.</summary>
    public static ImmutableArray<Skill> Rank(ImmutableArray<Skill> skills, string query, int most)
    {
        var wanted = Words(query).Distinct().ToList();
        var scored = skills.Select(skill => (Skill: skill, Name: Words($"{skill.Name} {string.Join(' ', skill.Aliases)}").ToHashSet(), Body: Words(skill.Description).ToHashSet())).ToList();
        var rarity = wanted.ToDictionary(
            word => word, word => Math.Log(1 + (skills.Length / (1.0 + scored.Count(entry => entry.Name.Contains(word) || entry.Body.Contains(word))))));
        return
        [
            .. (from entry in scored
                let score = wanted.Sum(word => rarity[word] * (entry.Name.Contains(word) ? NameWeight : entry.Body.Contains(word) ? 1 : 0))
                where score > 0
                orderby score descending, entry.Skill.Name
                select entry.Skill).Take(most),
        ];
    }

    // An ending must not hide a word: tests and testing are about test.
    private static IEnumerable<string> Words(string text) =>
        text.ToLowerInvariant().Split(text.Where(letter => !char.IsLetterOrDigit(letter)).Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word switch
            {
                { Length: > 5 } when word.EndsWith("ing", StringComparison.Ordinal) => word[..^3],
                { Length: > 3 } when word.EndsWith('s') => word[..^1],
                _ => word,
            });
}
