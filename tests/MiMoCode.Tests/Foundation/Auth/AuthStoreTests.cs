using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Protocol;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Foundation.Auth;

public sealed class AuthStoreTests : IDisposable
{
    private readonly TempProject project = new();
    private readonly AuthStore store;

    public AuthStoreTests() => store = new(Path.Combine(project.Root, "data", "auth.json"), TimeProvider.System);

    public void Dispose() => project.Dispose();

    [Fact]
    public void Keeps_a_key_that_only_its_owner_can_read()
    {
        store.Set("openai", Credential.OfKey("sk-1"));
        Assert.Equal("sk-1", store.Find("openai")!.Key);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.Path));
        Assert.Equal("""{"openai":{"type":"api","key":"sk-1"}}""", string.Concat(File.ReadAllText(store.Path).Where(c => !char.IsWhiteSpace(c))));
    }

    [Fact]
    public void Changes_one_entry_and_keeps_those_it_does_not_understand()
    {
        project.Write("data/auth.json", """{"x": {"type": "oauth", "refresh": "r", "new": [1]}, "odd": 7, "y": {"type": "api", "key": "k"}}""");
        store.Set("z/", Credential.OfKey("k2"));
        Assert.True(store.Remove("y"));
        Assert.False(store.Remove("y"));
        var text = File.ReadAllText(store.Path);
        Assert.Contains("\"odd\": 7", text, StringComparison.Ordinal);
        Assert.Contains("\"new\"", text, StringComparison.Ordinal);
        Assert.Equal(["x", "z"], store.All().Keys);
    }

    [Fact]
    public void Puts_a_damaged_file_aside_and_begins_a_new_one()
    {
        project.Write("data/auth.json", """{"a": {"type": "api", "key": "precious""");
        Assert.Equal(2, Assert.Throws<UserException>(store.All).ExitCode);
        Assert.False(store.Remove("a"));
        var aside = store.Set("b", Credential.OfKey("k"));
        Assert.Contains("precious", File.ReadAllText(aside!), StringComparison.Ordinal);
        Assert.Equal(["b"], store.All().Keys);
    }

    [Fact]
    public void A_credential_that_is_printed_says_nothing() =>
        Assert.DoesNotContain("sk-1", Credential.OfKey("sk-1").ToString(), StringComparison.Ordinal);
}
