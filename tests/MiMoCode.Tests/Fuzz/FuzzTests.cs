using System.Text;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.TestKit;
using MiMoCode.Tests.Foundation.Text;
using MiMoCode.Tests.Guard.Permissions;

namespace MiMoCode.Tests.Fuzz;

/// <summary>The parsers that read what a model wrote, on seeds that were changed at random: a few thousand by day, a million each by night.</summary>
public sealed class FuzzTests
{
    private const int ByDay = 2_000, ByNight = 1_000_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    public static TheoryData<string> Targets => ["text", "shell", "path"];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Parsers_survive_what_a_model_may_write(string target) => Run(target, ByDay);

    [Theory]
    [Trait("Category", "Nightly")]
    [MemberData(nameof(Targets))]
    public void Parsers_survive_a_million_inputs(string target) => Run(target, ByNight);

    private static void Run(string target, int executions)
    {
        var seeds = File.ReadAllLines(Repository.Path($"tests/MiMoCode.Tests/Fuzz/corpus/{target}.txt")).Select(Encoding.UTF8.GetBytes).ToArray();
        var (random, clock) = (new Random(executions), TimeProvider.System);
        var start = clock.GetTimestamp();
        for (var i = 0; i < executions && clock.GetElapsedTime(start) < Longest; i++)
        {
            var input = Mutate(seeds, random);
            try
            {
                Once(target, input);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{target}, input {i}: {Convert.ToHexString(input)}", error);
            }
        }
    }

    private static void Once(string target, byte[] input)
    {
        switch (target)
        {
            case "text":
                TextFuzz.Fuzz(input);
                break;
            case "shell":
                ShellFuzz.Fuzz(input);
                break;
            default:
                ResolvePath(Encoding.UTF8.GetString(input).Replace('\0', '?'));
                break;
        }
    }

    /// <summary>A resolved path is absolute, holds no step upward, and leads to itself.</summary>
    private static void ResolvePath(string path)
    {
        var real = RealPath.Of(Path.Join("/mimo-fuzz", path));
        Assert.StartsWith("/", real, StringComparison.Ordinal);
        Assert.DoesNotContain("/../", real + "/", StringComparison.Ordinal);
        Assert.Equal(real, RealPath.Of(real));
    }

    private static byte[] Mutate(byte[][] seeds, Random random)
    {
        if (random.Next(8) == 0)
            return TextFuzz.SomeBytes(random);
        if (random.Next(8) == 0)
            return Encoding.UTF8.GetBytes(ShellFuzz.SomeScript(random));
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        for (var changes = random.Next(6); changes >= 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.InsertRange(at, seeds[random.Next(seeds.Length)]);
                    break;
                default:
                    if (at < bytes.Count)
                        bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}
