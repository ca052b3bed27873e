using System.CommandLine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo models</c>: the models that can be chosen, as provider/model.</summary>
internal static class ModelsCommand
{
    public static Command Create(CliContext context)
    {
        var provider = new Argument<string?>("provider")
        {
            Description = "Only the models of this provider.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("models", "List the models that can be chosen.") { provider };
        command.SetAction((parsed, _) => ListAsync(context, parsed.GetValue(provider)));
        return command;
    }

    private static async Task<int> ListAsync(CliContext context, string? only)
    {
        var config = context.LoadConfig().Config;
        var providers = config.Provider.Where(p => only is null || p.Key == only).OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
        if (only is not null && providers.Count == 0)
            throw UserException.NotFound("provider", only);
        foreach (var (id, provider) in providers)
        {
            foreach (var model in provider.Models.Keys.Order(StringComparer.Ordinal))
                await context.Out.WriteLineAsync($"{id}/{model}");
        }

        return ExitCodes.Done;
    }
}
