namespace MiMoCode.Providers.Offline.Faults;

/// <summary>"And" where "or" was meant, or the other way round.</summary>
internal sealed class Connectives : IFault
{
    public IEnumerable<Candidate> At(Site site) => site.Token.Text switch
    {
        "&&" => [site.Replace("||", 1.0)],
        "||" => [site.Replace("&&", 1.0), site.Replace("??", 0.1)],
        "??" => [site.Replace("||", 0.3)],
        "and" when site.File.Dialect.WordConnectives => [site.Replace("or", 1.0)],
        "or" when site.File.Dialect.WordConnectives => [site.Replace("and", 1.0)],
        _ => [],
    };
}
