namespace Calendar.Tests;

/// <summary>Runs tests one after the other and prints what became of them.</summary>
internal sealed class Runner
{
    private int failed;
    private int passed;

    public void Run(string name, Action test)
    {
        try
        {
            test();
            passed++;
            Console.WriteLine($"ok: {name}");
        }
        catch (Exception error)
        {
            failed++;
            Console.WriteLine($"FAIL: {name}");
            Console.WriteLine($"  {error.Message}");
            Console.WriteLine(error.StackTrace);
        }
    }

    public int Finish()
    {
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed > 0 ? 1 : 0;
    }
}

/// <summary>What a test asserts.</summary>
internal static class Check
{
    public static void Equal<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new InvalidOperationException($"expected {expected}, got {actual}");
    }

    public static void Throws<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            return;
        }

        throw new InvalidOperationException($"expected a {typeof(TException).Name}");
    }
}
