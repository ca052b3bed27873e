using System.CommandLine;
using System.Text;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo auth</c>: keys of providers.</summary>
internal static class AuthCommand
{
    public static Command Create(CliContext context)
    {
        var login = new Command("login", "Store a key; it is asked for without echo, or read from standard input.");
        var logout = new Command("logout", "Forget a key.");
        var list = new Command("list", "Name the stored keys and those of the environment.");
        list.Aliases.Add("ls");
        var noCheck = new Option<bool>("--no-check") { Description = "Store the key without asking the provider whether it is good." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Agree without being asked." };
        var import = new Command("import", "Use the key that Claude Code uses on this machine; says what it found and asks first.") { yes };
        import.SetAction((parsed, cancellationToken) => ImportAsync(context, parsed.GetValue(yes), cancellationToken));
        var stored = new Argument<string>("provider") { Description = "The provider's id, for instance xiaomi or openai." };
        login.Add(stored);
        login.Add(noCheck);
        logout.Add(stored);
        login.SetAction((parsed, cancellationToken) => LoginAsync(context, parsed.GetValue(stored)!, parsed.GetValue(noCheck), cancellationToken));
        logout.SetAction((parsed, _) => LogoutAsync(context, parsed.GetValue(stored)!));
        list.SetAction((_, _) => ListAsync(context));
        var auth = new Command("auth", "Manage keys of providers.") { login, logout, list, import };
        auth.Aliases.Add("providers");
        return auth;
    }

    private static AuthStore Store(CliContext context) => new(context.Folders.Auth, context.Clock);

    private static async Task<int> LoginAsync(CliContext context, string provider, bool noCheck, CancellationToken cancellationToken)
    {
        string? key;
        if (context.Interactive)
        {
            await context.Error.WriteAsync($"Key for {provider}: ");
            key = ReadHidden();
            await context.Error.WriteLineAsync();
        }
        else
        {
            key = await context.In.ReadLineAsync(cancellationToken);
        }

        if (string.IsNullOrWhiteSpace(key))
            throw new UserException($"No key was given. Type it when asked, or pass it on standard input: mimo auth login {provider} < file");
        if (!noCheck && !await CheckAsync(context, provider, key.Trim(), null, cancellationToken))
            return ExitCodes.Failed;
        await StoreAsync(context, provider, Credential.OfKey(key.Trim()));
        return ExitCodes.Done;
    }

    private static async Task StoreAsync(CliContext context, string provider, Credential credential)
    {
        if (Store(context).Set(provider, credential) is { } aside)
            await context.Error.WriteLineAsync($"mimo: the old file was damaged and is kept as {aside}");
        await context.Error.WriteLineAsync($"Stored the key for {provider} in {context.Folders.Short(context.Folders.Auth)}.");
    }

    /// <summary>False when the provider refuses the key. One that cannot be asked is no reason to lose what a person typed.</summary>
    private static async Task<bool> CheckAsync(CliContext context, string provider, string key, string? address, CancellationToken cancellationToken)
    {
        var files = new CatalogueFiles(context.Environment, context.Folders, context.Clock);
        var (isGood, text) = await new KeyCheck(context.LoadConfig(), files, context.Clock).AskAsync(provider.TrimEnd('/'), key, address, cancellationToken);
        await context.Error.WriteLineAsync(isGood switch
        {
            true => $"The key is good: {text}.",
            false => $"mimo: the key was refused and is not stored: {text} (--no-check stores it all the same)",
            null => $"mimo: the key could not be checked: {text.TrimEnd('.')}",
        });
        return isGood is not false;
    }

    private static async Task<int> ImportAsync(CliContext context, bool agreed, CancellationToken cancellationToken)
    {
        if (context.Environment.IsOn("MIMOCODE_DISABLE_CLAUDE_CODE") || context.Environment.IsOn("MIMOCODE_DISABLE_CLAUDE_IMPORT"))
            throw new UserException("Importing from Claude Code is switched off by MIMOCODE_DISABLE_CLAUDE_CODE or MIMOCODE_DISABLE_CLAUDE_IMPORT.");
        var found = ClaudeCredentials.Find(context.Environment) ?? throw new UserException(
            $"No key of Claude Code was found in {context.Folders.Short(Path.Combine(context.Environment.Home, ".claude"))} or in the environment.");
        await context.Error.WriteLineAsync(
            $"Found the key {found.ShortKey} for {found.Address} in {context.Folders.Short(found.FoundIn)}{(found.Model is { } model ? $", with the model {model}" : "")}.");
        if (!agreed && !context.Interactive)
            throw new UserException("Nobody is here to agree: mimo auth import --yes copies the key.");
        if (!agreed)
        {
            await context.Error.WriteAsync("Copy it, and use it for anthropic? [y/N] ");
            if ((await context.In.ReadLineAsync(cancellationToken))?.Trim() is not ("y" or "Y" or "yes"))
                return ExitCodes.Failed;
        }

        await StoreAsync(context, "anthropic", found.ToCredential());
        return ExitCodes.Done;
    }

    private static async Task<int> LogoutAsync(CliContext context, string provider)
    {
        if (!Store(context).Remove(provider))
            throw UserException.NotFound("stored key for a provider", provider);
        await context.Error.WriteLineAsync($"Forgot the key for {provider}.");
        return ExitCodes.Done;
    }

    private static async Task<int> ListAsync(CliContext context)
    {
        foreach (var (provider, credential) in Store(context).All())
            await context.Out.WriteLineAsync($"{provider}  {credential.Type}  {context.Folders.Short(context.Folders.Auth)}");
        foreach (var name in context.Environment.All.Keys.Where(name => name.EndsWith("_API_KEY", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            await context.Out.WriteLineAsync($"{name}  environment");
        return ExitCodes.Done;
    }

    private static string ReadHidden()
    {
        var text = new StringBuilder();
        for (var pressed = Console.ReadKey(intercept: true); pressed.Key != ConsoleKey.Enter; pressed = Console.ReadKey(intercept: true))
        {
            if (pressed.Key is ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(pressed.KeyChar))
                text.Append(pressed.KeyChar);
        }

        return text.ToString();
    }
}
