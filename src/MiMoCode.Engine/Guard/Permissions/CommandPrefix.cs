using System.Collections.Frozen;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>The beginning of a command that an "always" stands for: the program and as many words as say what it does.</summary>
internal static class CommandPrefix
{
    /// <summary>How many words say what the program does; one where nothing is listed.</summary>
    private static readonly FrozenDictionary<string, int> Words = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["git"] = 2, ["git stash"] = 3, ["git remote"] = 3, ["git worktree"] = 3, ["git config"] = 3, ["git submodule"] = 3, ["git bisect"] = 3,
        ["npm"] = 2, ["npm run"] = 3, ["npm exec"] = 3, ["npx"] = 2, ["pnpm"] = 2, ["pnpm run"] = 3, ["pnpm exec"] = 3, ["pnpm dlx"] = 3,
        ["yarn"] = 2, ["yarn run"] = 3, ["bun"] = 2, ["bun run"] = 3, ["bun x"] = 3, ["deno"] = 2, ["deno task"] = 3,
        ["docker"] = 2, ["docker compose"] = 3, ["docker container"] = 3, ["docker image"] = 3, ["docker volume"] = 3, ["podman"] = 2,
        ["kubectl"] = 2, ["helm"] = 2, ["terraform"] = 2, ["gh"] = 3, ["glab"] = 3, ["aws"] = 3, ["az"] = 3, ["gcloud"] = 3,
        ["cargo"] = 2, ["dotnet"] = 2, ["dotnet tool"] = 3, ["dotnet nuget"] = 3, ["go"] = 2, ["go mod"] = 3, ["make"] = 2, ["just"] = 2,
        ["python"] = 2, ["python3"] = 2, ["node"] = 2, ["ruby"] = 2, ["perl"] = 2, ["php"] = 2, ["pip"] = 2, ["pip3"] = 2, ["uv"] = 2, ["uv run"] = 3,
        ["poetry"] = 2, ["poetry run"] = 3, ["mvn"] = 2, ["gradle"] = 2, ["bundle"] = 2, ["bundle exec"] = 3, ["rake"] = 2, ["mix"] = 2,
        ["brew"] = 2, ["apt"] = 2, ["apt-get"] = 2, ["systemctl"] = 2, ["rustup"] = 2, ["swift"] = 2, ["zig"] = 2, ["bash"] = 2, ["sh"] = 2,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The words of the prefix. When an option stands where a word is expected, the whole command is its own prefix.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> argv)
    {
        var length = 1;
        for (var known = 1; known <= Math.Min(2, argv.Count); known++)
        {
            if (Words.TryGetValue(string.Join(' ', argv.Take(known)), out var words))
                length = words;
        }

        if (argv.Count < length)
            return argv;
        var prefix = argv.Take(length).ToList();
        return prefix.Skip(1).Any(word => word.StartsWith('-')) ? argv : prefix;
    }
}
