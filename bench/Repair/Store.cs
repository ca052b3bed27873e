namespace MiMoCode.Bench.Repair;

/// <summary>Fetches packages once and lays out fresh copies of them.</summary>
internal sealed class Store(string folder)
{
    /// <summary>The folder of the unpacked package with what it needs to run its tests; fetched when it is not there.</summary>
    public async Task<string> FetchAsync(Package package)
    {
        var place = Path.Combine(folder, package.Name);
        var unpacked = Path.Combine(place, "package");
        if (File.Exists(Path.Combine(place, "ready")))
            return unpacked;
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
        Directory.CreateDirectory(unpacked);
        await Shell.NeedAsync($"npm pack --silent {package.Id} > /dev/null && tar xzf *.tgz --strip-components=1 -C package && rm *.tgz", place);
        const string install = "npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts";
        await Shell.NeedAsync($"{install} --omit=dev", unpacked);
        // Beside the package first: in it, npm would leave them out as development dependencies of other versions.
        if (package.Runners.Length > 0)
            await Shell.NeedAsync($"mkdir runners && cd runners && echo '{{}}' > package.json && {install} {string.Join(' ', package.Runners)} && mkdir -p ../package/node_modules && cp -an node_modules/. ../package/node_modules/", place);
        await File.WriteAllTextAsync(Path.Combine(place, "ready"), "");
        return unpacked;
    }

    /// <summary>A repository whose only commit is the package with a fault in it.</summary>
    public static async Task<string> LayOutAsync(string package, Fault fault, string into)
    {
        var project = Path.Combine(into, "project");
        await Shell.NeedAsync($"cp -a '{package}' '{project}'", into);
        await File.WriteAllTextAsync(Path.Combine(project, fault.Path), fault.Wrong);
        await Shell.NeedAsync(
            "git init -q && echo node_modules >> .git/info/exclude && git add -A -f . ':!node_modules' && git -c user.name=bench -c user.email=bench@localhost commit -qm Start", project);
        return project;
    }
}
