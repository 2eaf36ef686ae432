# Completion of runner for bash 3.2 and newer. "runner completion --help" tells where to put it.
_runner_completion() {
    # Bash also splits at = and :, which are parts of our words: join what isn't separated by blanks.
    local rest=${COMP_LINE:0:COMP_POINT} words=() count=0 index piece=
    for ((index = 0; index <= COMP_CWORD; index++)); do
        piece=${COMP_WORDS[index]}
        if [[ $count -eq 0 || $rest == [[:blank:]]* ]]; then
            rest=${rest#"${rest%%[![:blank:]]*}"}
            words[count++]=
        fi
        [[ $index -eq $COMP_CWORD ]] && piece=$rest
        words[count - 1]+=$piece
        rest=${rest#"$piece"}
    done
    local current=${words[count - 1]} quote=
    [[ $current == [\'\"]* ]] && quote=${current:0:1}
    for ((index = 0; index < count; index++)); do
        words[index]=${words[index]//[\\\'\"]/}
    done

    # Readline replaces only what is behind the last = or :.
    local before=${words[count - 1]}
    if [[ $COMP_WORDBREAKS != *=* ]]; then before=${before%"${before##*:}"}; else before=${before%"${before##*[=:]}"}; fi

    local line word
    COMPREPLY=()
    while IFS= read -r line; do
        [[ $line == :files ]] && return # COMPREPLY is empty: readline completes the names of files
        word=${line%%$'\t'*}
        word=${word#"$before"}
        [[ -n $quote ]] || printf -v word %q "$word"
        COMPREPLY+=("$word")
    done < <(_RUNNER_COMPLETE=words "$1" "${words[@]:1}" 2>/dev/null)
    if type compopt &>/dev/null; then
        compopt +o default
        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    fi
    return 0
}
complete -o default -F _runner_completion runner
