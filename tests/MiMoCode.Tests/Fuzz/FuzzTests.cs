using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.TestKit;
using MiMoCode.Tests.Foundation.Text;
using MiMoCode.Tests.Guard.Permissions;

namespace MiMoCode.Tests.Fuzz;

/// <summary>
/// The parsers that read what a model wrote, on seeds that were changed at random: a few thousand by day, a million each by night.
/// What a night finds becomes a line of the corpus.
/// </summary>
public sealed partial class FuzzTests
{
    private const int ByDay = 2_000, ByNight = 1_000_000;

    public static TheoryData<string> Targets => ["edit", "patch", "text", "shell", "path"];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Parsers_survive_what_a_model_may_write(string target) => Run(target, ByDay);

    [Theory]
    [Trait("Category", "Nightly")]
    [MemberData(nameof(Targets))]
    public void Parsers_survive_a_million_inputs(string target) => Run(target, ByNight);

    private static void Run(string target, int executions)
    {
        var seeds = File.ReadAllLines(Repository.Path($"tests/MiMoCode.Tests/Fuzz/corpus/{target}.txt")).Select(Unescape).Select(Encoding.UTF8.GetBytes).ToArray();
        using var paths = new PathOracle();
        Action<byte[]> once = target switch
        {
            "edit" => input => TextFuzz.FuzzEdit(input),
            "patch" => input => TextFuzz.FuzzPatch(input),
            "text" => input => TextFuzz.Fuzz(input),
            "shell" => input => ShellFuzz.Fuzz(input),
            _ => paths.Fuzz,
        };
        foreach (var seed in seeds)
            once(seed);
        var random = new Random(executions);
        for (var i = 0; i < executions; i++)
        {
            var input = Mutate(seeds, random);
            try
            {
                once(input);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{target}, input {i}: {Encoding.UTF8.GetString(input)} ({Convert.ToHexString(input)})", error);
            }
        }
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

    /// <summary>A seed is a line; \n, \r, \t, \\ and \uXXXX stand for the characters.</summary>
    private static string Unescape(string line) => Escape().Replace(line, match => match.Value switch
    {
        "\\n" => "\n",
        "\\r" => "\r",
        "\\t" => "\t",
        "\\\\" => "\\",
        var code => ((char)int.Parse(code.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
    });

    [GeneratedRegex(@"\\([nrt\\]|u[0-9a-f]{4})")]
    private static partial Regex Escape();
}
