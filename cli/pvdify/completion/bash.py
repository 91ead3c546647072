"""Click's completion for bash, mended for commands with a colon, which bash takes for several words."""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, add_completion_class, split_arg_string

_SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n' line="${COMP_LINE:0:$COMP_POINT}" breaks="${COMP_WORDBREAKS//[^:=]/}" lead=""
    local word="${line##*[[:space:]]}" completion type value
    # Of a word, bash replaces what stands after the last : or =; what stands before is no part of the answer.
    if [[ -n $breaks && $word == *[$breaks]* ]]; then
        lead="${word%%"${word##*[$breaks]}"}"
    fi
    COMPREPLY=()
    for completion in $(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1" 2>/dev/null); do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("${value#"$lead"}") ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class ColonBashComplete(BashComplete):
    """Takes the line up to the cursor as it was typed, and divides it itself."""

    source_template = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """Give the words before the one under the cursor, and that one."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)[1:]
        if not words or line[-1:].isspace():
            return words, ""
        return words[:-1], words[-1]


def register() -> None:
    """Have click take this for bash."""
    add_completion_class(ColonBashComplete, "bash")
