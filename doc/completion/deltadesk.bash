# bash completion for deltadesk

_deltadesk()
{
	local cur=${COMP_WORDS[COMP_CWORD]}
	local commands="init card peer serve console new revise move remark
		attach withdraw assign note remind deadline list show search
		events import export evidence verify set demo kind keymap"

	if [ "${COMP_WORDS[COMP_CWORD - 1]}" = --lang ]; then
		mapfile -t COMPREPLY < <(compgen -W "zh en" -- "$cur")
	elif [ "${COMP_WORDS[COMP_CWORD - 1]}" = --desk ]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"--desk --officer --lang --json --help" -- "$cur")
	elif [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -o filenames -F _deltadesk deltadesk
