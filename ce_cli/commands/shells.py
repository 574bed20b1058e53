"""The scripts that a shell reads to complete our words; importing this registers them.

Click's own lose file names and lists: fish cuts a value at its comma, and only bash takes the
value of --option=value for a word.
"""

from __future__ import annotations

from click.shell_completion import (
    BashComplete,
    FishComplete,
    ZshComplete,
    add_completion_class,
)

_ZSH = """#compdef %(prog_name)s
%(complete_func)s() {
    local kind value help
    local -a answer plain described
    answer=("${(@f)$(env %(complete_var)s=zsh_complete COMP_WORDS="${words[*]}" \\
        COMP_CWORD=$((CURRENT - 1)) %(prog_name)s)}")
    compset -P '--*='
    for kind value help in "${(@)answer}"; do
        if [[ $kind == file ]]; then
            _files
        elif [[ $kind == plain && $help == _ ]]; then
            plain+=("$value")
        elif [[ $kind == plain ]]; then
            described+=("$value:$help")
        fi
    done
    (( $#described )) && _describe -V %(prog_name)s described
    (( $#plain )) && compadd -V %(prog_name)s -a plain
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
_FISH = """function %(complete_func)s
    set -l option (string match --regex -- '^--[^=]+=' (commandline --current-token))
    for completion in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \\
            COMP_CWORD=(commandline -t) %(prog_name)s)
        set -l part (string split --max 1 -- , $completion)
        if test $part[1] = file
            __fish_complete_path $part[2]
        else
            echo $part[2]
        end
    end | string replace --regex -- '^' "$option"
end
complete --no-files --command %(prog_name)s --arguments '(%(complete_func)s)'
"""


@add_completion_class
class _Bash(BashComplete):
    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the last one, and that; bash makes three of --option=value."""
        arguments, incomplete = super().get_completion_args()
        return arguments[:-1] if arguments[-1:] == ["="] else arguments, incomplete


@add_completion_class
class _Zsh(ZshComplete):
    source_template = _ZSH


@add_completion_class
class _Fish(FishComplete):
    source_template = _FISH
