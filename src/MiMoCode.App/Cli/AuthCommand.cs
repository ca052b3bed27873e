using System.CommandLine;
using System.Text;
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
        var stored = new Argument<string>("provider") { Description = "The provider's id, for instance xiaomi or openai." };
        login.Add(stored);
        logout.Add(stored);
        login.SetAction((parsed, cancellationToken) => LoginAsync(context, parsed.GetValue(stored)!, cancellationToken));
        logout.SetAction((parsed, _) => LogoutAsync(context, parsed.GetValue(stored)!));
        list.SetAction((_, _) => ListAsync(context));
        var auth = new Command("auth", "Manage keys of providers.") { login, logout, list };
        auth.Aliases.Add("providers");
        return auth;
    }

    private static AuthStore Store(CliContext context) => new(context.Folders.Auth, context.Clock);

    private static async Task<int> LoginAsync(CliContext context, string provider, CancellationToken cancellationToken)
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
        if (Store(context).Set(provider, Credential.OfKey(key.Trim())) is { } aside)
            await context.Error.WriteLineAsync($"mimo: the old file was damaged and is kept as {aside}");
        await context.Error.WriteLineAsync($"Stored the key for {provider} in {context.Folders.Short(context.Folders.Auth)}.");
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
