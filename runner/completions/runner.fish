# Completion of runner for fish. "runner completion --help" tells where to put it.
function __runner_completion
    set -l words (commandline -opc)
    set -l current (commandline -ct | string unescape)
    set -l lines (_RUNNER_COMPLETE=words $words "$current" 2>/dev/null)
    if contains -- :files $lines
        set -l before (string match -r -- '^--[^=]*=' "$current")
        for path in (__fish_complete_path (string replace -- "$before" '' "$current"))
            echo "$before$path"
        end
    else if set -q lines[1]
        string join \n -- $lines
    end
end
complete -c runner -f -a '(__runner_completion)'
