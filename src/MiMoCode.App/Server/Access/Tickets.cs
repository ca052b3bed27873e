using Microsoft.AspNetCore.Http;

namespace MiMoCode.App.Server.Access;

/// <summary>
/// Admissions to one path, for one use within a minute: for a page that opens a socket and cannot send its login along. Whoever asks
/// for one is logged in.
/// </summary>
internal sealed class Tickets(TimeProvider clock)
{
    private const int MostOpen = 256;
    private readonly Dictionary<string, (string Path, DateTimeOffset Until)> open = new(StringComparer.Ordinal);

    /// <summary>How long a ticket is good for.</summary>
    public static TimeSpan Life => TimeSpan.FromMinutes(1);

    /// <summary>A new one.</summary>
    public string Issue(string path)
    {
        lock (open)
        {
            var now = clock.GetUtcNow();
            foreach (var (old, entry) in open.ToList())
            {
                if (entry.Until < now || open.Count >= MostOpen)
                    open.Remove(old);
            }

            var ticket = Login.NewSecret();
            open[ticket] = (path, now + Life);
            return ticket;
        }
    }

    /// <summary>Whether the request brings a ticket for its path, which is used up by it.</summary>
    public bool Admit(HttpRequest request)
    {
        if (request.Query["ticket"] is not [{ Length: > 0 } ticket])
            return false;
        lock (open)
            return open.Remove(ticket, out var entry) && entry.Path == request.Path.Value && entry.Until >= clock.GetUtcNow();
    }
}
