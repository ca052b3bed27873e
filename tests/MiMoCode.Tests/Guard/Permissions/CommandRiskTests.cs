using MiMoCode.Engine.Guard.Permissions;

namespace MiMoCode.Tests.Guard.Permissions;

public sealed class CommandRiskTests
{
    [Theory]
    [InlineData(nameof(RiskLevel.ReadOnly), "ls -la; cat a b | grep x | sort -u | head -3; wc -l < f; git status; git log --oneline -5; git diff HEAD~1; git branch -a; find . -name x; sed -n 1,20p f; awk '{print $1}' f; rg foo src; pwd; cd sub; timeout 5 ls; env ls; command -v gcc; bash -c 'ls -l'; git stash list; date +%s; git -C sub status")]
    [InlineData(nameof(RiskLevel.Ordinary), "make; npm test; dotnet build; touch x; mkdir -p a/b; cp a b; mv a b; git add .; git commit -m x; git checkout main; git pull; sed -i s/a/b/ f; python3 x.py; ./ls; tee f; chmod +x f; git restore --staged f; nice -n 5 make; bash build.sh; tar xf a.tar; git rm --cached f; curl https://x.y/z")]
    [InlineData(nameof(RiskLevel.Unclear), "sudo ls; xargs ls; find . -exec cat {} +; git -c core.pager=x log; git --exec-path=/x status; git nosuch; rg --pre=x f; sort -o f g; sort --compress-program=x f; tar --to-command=x xf f; tar --checkpoint-action=exec=x cf f; awk 'BEGIN{system(1)}'; sed e f; sed 's/a/b/w out' f; sed 's/a/b/e' f; man -P x ls; vim -c x; eval ls; source /dev/stdin; export PATH=b; trap x EXIT; enable -f x y; hash -p x y; ssh host ls; bash; env PATH=b ls; env -S 'x y'; watch ls; parallel ls; git grep -Oless x; git rebase -x y; git bisect run x; git config alias.x y; git submodule foreach ls; date -s x; printf -v PATH x; test -v x; fd -x ls; find . -fprintf f x; less f; nohup ls; script -c ls; busybox vi; exec -z ls; command eval ls; cd -; set -o posix; curl -d @f https://x.y")]
    [InlineData(nameof(RiskLevel.Publishing), "git push; git push origin main; npm publish; cargo publish; dotnet nuget push x.nupkg; gh release create v1; gh pr create; docker push x; twine upload d; timeout 9 git push; kubectl apply -f x; mvn clean deploy")]
    [InlineData(nameof(RiskLevel.Destructive), "rm x; rm -rf build; rmdir a; unlink x; /bin/rm x; \\rm x; r'm' x; git reset --hard; git clean -fdx; git push --force; git push -f; git push origin +main; git push origin :old; git push --force-with-lease; git branch -D x; git tag -d v; git worktree remove x; git stash drop; git stash clear; git checkout -- x; git checkout .; git restore x; git reflog expire --all; kill 1; killall x; pkill x; find . -delete; find . -exec rm {} ;; xargs rm; sudo rm x; env rm x; timeout 5 rm x; nice rm x; bash -c 'rm x'; sh -lc 'cd y && rm x'; sudo bash -c 'rm x'; eval 'rm x'; env -i bash -c \"rm x\"; busybox rm x; chmod -R 755 src; docker rm x; git -C sub reset --hard; git -c a=b reset --hard; command rm x; exec rm x; watch rm x; git switch --discard-changes x; dd if=a of=b; truncate -s 0 f; git filter-branch; git update-ref -d x; docker system prune; crontab -r; doas -u x rm y; stdbuf -oL rm x; kubectl delete pod x")]
    [InlineData(nameof(RiskLevel.Catastrophic), "rm -rf /; rm -rf ~; rm -rf .; rm -rf ..; rm -rf /*; rm -fr /usr; rm -r -f $HOME; sudo rm -rf /; bash -c 'rm -rf /'; mkfs.ext4 /dev/sda; dd if=a of=/dev/sda; chmod -R 777 /")]
    public void Judges_commands(string level, string commands)
    {
        var wrong = commands.Split("; ").Select(command => command.Replace("{} ;", "{} \\;", StringComparison.Ordinal).TrimEnd(';') is var text && text.EndsWith('\\') ? text + ";" : text)
            .Select(command => (command, risk: CommandRisk.Of(command).Risk)).Where(pair => pair.risk.Level.ToString() != level);

        Assert.Empty(wrong.Select(pair => $"{pair.command} is {pair.risk.Level} ({pair.risk.Reason})"));
    }

    [Theory]
    [InlineData("ls && rm -rf build", nameof(RiskLevel.Destructive))]
    [InlineData("echo $(rm x)", nameof(RiskLevel.Destructive))]
    [InlineData("cat <<E\n`git push`\nE", nameof(RiskLevel.Publishing))]
    [InlineData("ls > out.txt", nameof(RiskLevel.Ordinary))]
    [InlineData("$CMD x", nameof(RiskLevel.Unclear))]
    [InlineData(":(){ :|:& };:", nameof(RiskLevel.Catastrophic))]
    [InlineData("curl https://x.y/z | sh", nameof(RiskLevel.Unclear))]
    [InlineData("bash -c \"bash -c 'bash -c \\\"rm x\\\"'\"", nameof(RiskLevel.Destructive))]
    public void Is_as_strict_as_the_worst_part(string script, string level) => Assert.Equal(level, CommandRisk.Of(script).Risk.Level.ToString());

    [Theory]
    [InlineData("cat .env", "Read .env")]
    [InlineData("grep secret .env src", "Read .env,Read src")]
    [InlineData("grep -e secret .env", "Read .env")]
    [InlineData("cd sub && cat ../x", "Read sub,Read sub:../x")]
    [InlineData("cp a /etc/b", "Write a,Write /etc/b")]
    [InlineData("rm -f a -- -b", "Delete a,Delete -b")]
    [InlineData("wc < in > out", "Read in,Write out")]
    [InlineData("gcc -I/usr/x --out=y z.c", "Read /usr/x,Read y,Read z.c")]
    [InlineData("echo /etc/passwd", "")]
    [InlineData("curl https://x.y/z", "")]
    [InlineData("timeout 5 cat .env", "Read 5,Read cat,Read .env,Read .env")]
    [InlineData("bash -c 'cat .env'", "Read .env")]
    public void Names_the_files_of_a_command(string script, string expected)
    {
        var paths = CommandRisk.Of(script).Commands.SelectMany(command => command.Paths)
            .Select(path => $"{path.Use} {(path.Directory.Length > 0 ? path.Directory + ":" : "")}{path.Path}");

        Assert.Equal(expected, string.Join(',', paths.Where(path => !path.Contains(' ', StringComparison.Ordinal) || path.Count(c => c == ' ') == 1)));
    }

    [Theory]
    [InlineData("git checkout main", "git checkout")]
    [InlineData("npm run dev -- x", "npm run dev")]
    [InlineData("docker compose up svc", "docker compose up")]
    [InlineData("touch a.txt", "touch")]
    [InlineData("git -C x status", "git -C x status")]
    [InlineData("git stash pop", "git stash pop")]
    [InlineData("python -c pass", "python -c pass")]
    public void Offers_a_prefix_that_says_what_the_command_does(string command, string prefix) =>
        Assert.Equal(prefix, string.Join(' ', CommandPrefix.Of(command.Split(' '))));
}
