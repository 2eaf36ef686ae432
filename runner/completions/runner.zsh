#compdef runner
# Completion of runner for zsh. "runner completion --help" tells where to put it.
_runner() {
    local line word
    local -a words_only described unfinished
    for line in "${(@f)$(_RUNNER_COMPLETE=words $words[1] "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        if [[ $line == :files ]]; then
            compset -P '--*='
            _files
            return
        fi
        word=${${line%%$'\t'*}//:/\\:}
        if [[ $line == *=(|$'\t'*) ]]; then
            unfinished+=("$word:${line#*$'\t'}")
        elif [[ $line == *$'\t'* ]]; then
            described+=("$word:${line#*$'\t'}")
        elif [[ -n $line ]]; then
            described+=("$word")
        fi
    done
    (( $#described )) && _describe -V runner described
    (( $#unfinished )) && _describe -V runner unfinished -S ''
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _runner "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _runner runner
fi
