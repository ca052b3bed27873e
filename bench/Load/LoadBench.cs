using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench.Load;

/// <summary>
/// A server with 500 clients of idle sessions and 50 of active ones, all of which hear everything, and one that never reads.
/// <c>bench load PROGRAM [IDLE [ACTIVE [NUMBERS]]]</c>. The clients and the model are this process; what is printed is the server's.
/// </summary>
internal static class LoadBench
{
    private const string Password = "load";
    private const int FragmentSize = 28, MostShown = 10, DeafReplies = 24, FarLength = 19_000;
    private static readonly TimeSpan IdleWatch = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(50);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var program = arguments[0];
        var numbers = arguments.Skip(1).Select(each => int.Parse(each, CultureInfo.InvariantCulture)).ToArray();
        var (idle, active, length) = (numbers.ElementAtOrDefault(0) is > 0 and var given ? given : 500, numbers.ElementAtOrDefault(1) is > 0 and var some ? some : 50, numbers.ElementAtOrDefault(2) is > 0 and var long_ ? long_ : 400);
        var folder = Directory.CreateTempSubdirectory("mimo-load-");
        try
        {
            await Starts(program, folder.FullName);
            return await LoadAsync(program, folder.FullName, idle, active, length) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>How long until it listens and until it answers, several times, and how it idles.</summary>
    private static async Task Starts(string program, string folder)
    {
        for (var round = 0; round < 5; round++)
        {
            using var server = ServerProcess.Start(program, folder, "http://127.0.0.1:9");
            var listening = server.Age;
            var cpu = server.Cpu;
            using var http = server.NewClient(Password);
            await http.GetStringAsync("global/health");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening after {listening.TotalMilliseconds:0} ms ({cpu:0} ms cpu), first answer after {server.Age.TotalMilliseconds:0} ms, {server.Megabytes:0.0} MB"));
            if (round < 4)
                continue;
            await http.GetStringAsync("session");
            await http.GetStringAsync("config");
            var before = server.Cpu;
            await Task.Delay(IdleWatch);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle with an open project: {(server.Cpu - before) / IdleWatch.TotalMilliseconds:0.0 %} cpu, {server.Megabytes:0.0} MB"));
        }
    }

    private static async Task<bool> LoadAsync(string program, string folder, int idle, int active, int length)
    {
        await using var model = await ModelServer.StartAsync(request => Answer(request, length));
        using var server = ServerProcess.Start(program, folder, model.BaseUrl);
        using var http = server.NewClient(Password);
        var sessions = new List<string>();
        for (var i = 0; i < idle + active; i++)
            sessions.Add(JsonDocument.Parse(await (await http.PostAsync("session", Json("""{"title":"one of many"}"""))).Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!);
        var (clients, known) = (new List<LoadClient>(), new KnownLines());
        for (var i = 0; i < idle + active; i++)
            clients.Add(await LoadClient.ConnectAsync(http, known, active, timed: i >= idle));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clients.Count} clients connected: {server.Megabytes:0.0} MB"));

        var (cpu, system, own, started) = (server.Cpu, server.SystemCpu, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Task.WhenAll(sessions.Skip(idle).Select(id => http.PostAsync($"session/{id}/prompt_async", Json("""{"parts":[{"type":"text","text":"count"}]}"""))));
        var all = Task.WhenAll(clients.Select(client => client.Done));
        var peak = 0.0;
        while (!all.IsCompleted && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await Task.WhenAny(all, Task.Delay(100));
            peak = Math.Max(peak, server.Megabytes);
        }

        var took = Stopwatch.GetElapsedTime(started);
        Report(clients, server.Cpu - cpu, took, Math.Max(peak, server.Peak));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of the cpu the system's part {server.SystemCpu - system:0} ms; clients and model {(Environment.CpuUsage.TotalTime - own).TotalMilliseconds:0} ms"));
        var right = Judge(clients, all.IsCompleted);
        var answer = await http.GetStringAsync($"session/{sessions[^1]}/message");
        Console.WriteLine($"stored: {(answer.Contains(LoadText.Of(length).TrimEnd(), StringComparison.Ordinal) ? "whole" : "NOT whole")}");
        clients.ForEach(client => client.Dispose());
        return right && await BesideDeafAsync(server, http, sessions[0]);
    }

    /// <summary>More than any buffer holds, for one client that reads and one that never does.</summary>
    private static async Task<bool> BesideDeafAsync(ServerProcess server, HttpClient http, string session)
    {
        using var deaf = await DeafClient.ConnectAsync(server.Url, Password);
        using var other = await LoadClient.ConnectAsync(http, new KnownLines(), DeafReplies, timed: true);
        var (before, peak) = (server.Megabytes, 0.0);
        for (var i = 0; i < DeafReplies; i++)
            await http.PostAsync($"session/{session}/message", Json("""{"parts":[{"type":"text","text":"count far"}]}"""));
        await other.Done.WaitAsync(Patience);
        peak = server.Megabytes;
        var cut = await deaf.IsCutOffAsync(Patience);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the client that never reads was {(cut ? "cut off" : "NOT cut off")}; {DeafReplies} long replies meanwhile took {peak - before:0.0} MB; the other client heard {other.Events:#,0} events, wrong: {other.Wrong.Count}, last after {other.Delays.Max():0} ms"));
        return cut && other.Wrong.Count is 0;
    }

    private static Reply Answer(ReceivedRequest request, int length)
    {
        var body = request.Body.AsSpan();
        if (request.ToolNames.Count is 0 || body.IndexOf("count"u8) < 0)
            return Reply.Say("Counting");
        return body.IndexOf("count far"u8) >= 0
            ? new Reply { Text = LoadText.Of(FarLength), FragmentSize = FragmentSize }
            : new Reply { Text = LoadText.Of(length), FragmentSize = FragmentSize, Delivery = new SlowDrip(4 << 10, TimeSpan.FromMilliseconds(50)) };
    }

    private static void Report(List<LoadClient> clients, double cpu, TimeSpan took, double peak)
    {
        var events = clients.Sum(client => (long)client.Events);
        var delays = clients.SelectMany(client => client.Delays).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events:#,0} events, {clients.Sum(client => client.Bytes) / 1e6:0} MB, in {took.TotalSeconds:0.0} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cpu {cpu:0} ms in all, {cpu * 1000 / events:0.0} µs an event; peak {peak:0.0} MB"));
        if (delays.Count > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stored to received: median {delays[delays.Count / 2]:0} ms, 99 % {delays[delays.Count * 99 / 100]:0} ms, worst {delays[^1]:0} ms, of {delays.Count}"));
    }

    private static bool Judge(List<LoadClient> clients, bool finished)
    {
        var wrong = clients.SelectMany(client => client.Wrong).ToList();
        var different = clients.Select(client => client.Facts).Distinct().Count();
        Console.WriteLine($"{(finished ? "all heard everything" : "NOT all heard everything")}; wrong: {wrong.Count}; orders of facts: {different}");
        foreach (var each in wrong.Take(MostShown))
            Console.WriteLine($"  {each}");
        return finished && wrong.Count is 0 && different is 1;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>Asks for the stream and never reads a byte of it.</summary>
    private sealed class DeafClient(Socket socket) : IDisposable
    {
        public static async Task<DeafClient> ConnectAsync(Uri url, string password)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            await socket.ConnectAsync(url.Host, url.Port);
            var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{password}"));
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /event HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Basic {login}\r\n\r\n"));
            return new DeafClient(socket);
        }

        /// <summary>Whether the server has given the connection up: a write to it fails.</summary>
        public async Task<bool> IsCutOffAsync(TimeSpan patience)
        {
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < patience; await Task.Delay(500))
            {
                try
                {
                    await socket.SendAsync("\r\n"u8.ToArray());
                }
                catch (SocketException)
                {
                    return true;
                }
            }

            return false;
        }

        public void Dispose() => socket.Dispose();
    }
}
