using System.CommandLine;
using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo models</c>: the models that can be chosen, as provider/model.</summary>
internal static class ModelsCommand
{
    public static Command Create(CliContext context)
    {
        var provider = new Argument<string?>("provider")
        {
            Description = "All models of this provider; without it, those that can be used now.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var verbose = new Option<bool>("--verbose") { Description = "What is known of each model, as JSON." };
        var refresh = new Option<bool>("--refresh") { Description = "Fetch the list of models.dev, and ask the provider that is named for its own." };
        var command = new Command("models", "List the models that can be chosen.") { provider, verbose, refresh };
        command.SetAction((parsed, cancellationToken) => ListAsync(
            context, parsed.GetValue(provider), parsed.GetValue(verbose), parsed.GetValue(refresh), cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(CliContext context, string? only, bool verbose, bool refresh, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        if (refresh)
            await RefreshAsync(context, workspace.Models, only, cancellationToken);
        var (all, _, connected) = workspace.Models.Providers();
        var shown = all.Where(provider => only is null ? connected.Contains(provider.Id) : provider.Id == only)
            .OrderBy(provider => provider.Id, StringComparer.Ordinal).ToList();
        if (only is not null && shown.Count is 0)
            throw UserException.NotFound("provider", only);
        var readable = new ProtocolJson(new JsonSerializerOptions(ProtocolJson.Default.Options) { WriteIndented = true });
        foreach (var model in shown.SelectMany(provider => provider.Models.Values.OrderBy(model => model.Id, StringComparer.Ordinal)))
        {
            await context.Out.WriteLineAsync(verbose
                ? $"{Line(model)}, a new one from {Columns.Short(workspace.Reports.CompactsAt(new ModelRef(model.ProviderId, model.Id)))} on"
                : Line(model));
            if (verbose)
                await context.Out.WriteLineAsync(JsonSerializer.Serialize(model, readable.ModelSettings));
        }

        if (context.Interactive)
            await context.Error.WriteLineAsync(SourceOf(workspace.Models.Files, context.Clock.GetUtcNow()));
        return ExitCodes.Done;
    }

    private static async Task RefreshAsync(CliContext context, ModelDirectory models, string? only, CancellationToken cancellationToken)
    {
        // A server on this machine can say what it has also when the network is down.
        var failure = await FetchAsync(context, models, cancellationToken);
        if (only is not null)
            await DiscoverAsync(context, models, only, cancellationToken);
        if (failure is not null)
            throw failure;
    }

    private static async Task<UserException?> FetchAsync(CliContext context, ModelDirectory models, CancellationToken cancellationToken)
    {
        if (models.Files.Pinned is { } pinned)
        {
            await context.Error.WriteLineAsync($"The list of models is the file that MIMOCODE_MODELS_PATH names, {pinned}; nothing was fetched.");
            return null;
        }

        try
        {
            var count = await models.FetchAsync(cancellationToken);
            await context.Error.WriteLineAsync($"Fetched {count} models from {models.Files.Address.Authority}.");
            return null;
        }
        catch (UserException failure)
        {
            return failure;
        }
    }

    private static async Task DiscoverAsync(CliContext context, ModelDirectory models, string provider, CancellationToken cancellationToken)
    {
        try
        {
            await context.Error.WriteLineAsync($"{provider} itself names {await models.DiscoverAsync(provider, cancellationToken)} models.");
        }
        catch (UserException failure)
        {
            await context.Error.WriteLineAsync($"mimo: {provider} itself does not say what it has: {failure.Message}");
        }
    }

    private static string Line(ModelSettings model) => model.Limit.Context > 0
        ? $"{model.ProviderId}/{model.Id} — window {Columns.Short(model.Limit.Context)}"
        : $"{model.ProviderId}/{model.Id}";

    private static string SourceOf(CatalogueFiles files, DateTimeOffset now) => files switch
    {
        { Pinned: { } path } => $"From {path} (MIMOCODE_MODELS_PATH).",
        { Fetched: { } time } => $"From {files.Address.Authority}, fetched {(now - time).TotalDays:0} days ago; --refresh fetches it anew.",
        _ => "From the list inside the program; --refresh fetches that of models.dev.",
    };
}
