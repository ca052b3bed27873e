namespace MiMoCode.App.Tui.Asking;

/// <summary>Why something is asked, for people.</summary>
internal static class PermissionWords
{
    /// <summary>What a permission is about; null where its name and the call itself say it.</summary>
    public static string? Of(string permission) => permission switch
    {
        "external_directory" => "it lies outside the project",
        "bash_script" => "nobody can tell beforehand what this runs",
        "bash_compound" => "it is more than a list of plain commands",
        "bash_changes" => "it may change something",
        "bash_process_kill" => "it ends processes",
        "bash_delete" => "it destroys what cannot be brought back",
        "bash_publish" => "others will see it",
        "edit_runs_later" => "this file runs by itself later",
        "doom_loop" => "the same call comes again and again",
        _ => null,
    };
}
