# bash completion for deltadesk; tests/integration/cli_help.py checks it
# against the program's own table of commands

_deltadesk()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local global="--desk --officer --lang --json --help"
	local commands="
		init
		card
		key
		peer
		fork
		backup
		bundle
		serve
		console
		new
		issue
		approve
		reject
		revise
		move
		sign
		remark
		attach
		withdraw
		ack-withdraw
		assign
		note
		remind
		deadline
		duty
		list
		clash
		calendar
		roll-call
		show
		related
		search
		restore
		results
		events
		import
		export
		print
		evidence
		verify
		doctor
		feed
		set
		officer
		authorized-keys
		reference
		group
		shift
		kind
		keymap
		demo
		roles
		stats
		audit
	"
	local i word=""

	case $prev in
	--lang) mapfile -t COMPREPLY < <(compgen -W "zh en" -- "$cur"); return ;;
	--log) mapfile -t COMPREPLY < <(compgen -W "error warn info debug" -- "$cur"); return ;;
	--box) mapfile -t COMPREPLY < <(compgen -W "in out all" -- "$cur"); return ;;
	--format) mapfile -t COMPREPLY < <(compgen -W "csv ndjson ics" -- "$cur"); return ;;
	--signature | --alg)
		mapfile -t COMPREPLY < <(compgen -W "sm2-sm3 ed25519" -- "$cur")
		return
		;;
	--desk | --keep) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
	--file | --attach | --map | --keymap | --pdf | --key) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	esac

	# the command, past the global options and their values
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--desk | --officer | --lang) ((i++)) ;;
		-*) ;;
		*)
			word=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	local second=${COMP_WORDS[i + 1]}
	local options=$global

	if [ -z "$word" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$global $commands" -- "$cur")
		return
	fi
	case $word in
	fork)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "list evidence clear" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	key)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "show rotate" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	peer)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "trust list show set revoke confirm override" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	bundle)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "out in list" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	officer)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "add list roles disable key-add key-list key-remove pin" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	kind)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "add list check" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	reference)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "import list show" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	group)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "set list remove" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	shift)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "on hand-over take list log roster" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	keymap)
		if [ "$COMP_CWORD" = $((i + 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -W "check list" -- "$cur")
			return
		fi
		word="$word $second"
		;;
	esac
	case $word in
	"init") options="$options --name --listen --signature" ;;
	"key rotate") options="$options --seal --tls --alg --at-once --lost" ;;
	"peer trust") options="$options --fingerprint" ;;
	"peer set") options="$options --address" ;;
	"peer override") options="$options --last-number" ;;
	"fork clear") options="$options --note" ;;
	"backup") options="$options --passphrase-file --no-keys --check" ;;
	"restore") options="$options --passphrase-file --confirm-peers" ;;
	"bundle out") options="$options --max --no-attachments" ;;
	"serve") options="$options --listen --log --metrics-listen" ;;
	"console") options="$options --keymap --confined --ascii --reader" ;;
	"new") options="$options --to --cc --set --file --attach --draft --insist" ;;
	"reject") options="$options --note" ;;
	"revise") options="$options --set --file --to --cc --attach --insist --expect" ;;
	"move") options="$options --set --note --row --officers" ;;
	"sign") options="$options --assign --note" ;;
	"withdraw") options="$options --note" ;;
	"shift hand-over") options="$options --to --note --equipment --late --late-others --item-note --reason" ;;
	"shift take") options="$options --note --item --reason" ;;
	"shift log") options="$options --back --mine --print --pdf --width --lines" ;;
	"shift roster") options="$options --from --until" ;;
	"assign") options="$options --due" ;;
	"deadline") options="$options --suspend --extend" ;;
	"calendar") options="$options --from --to" ;;
	"list") options="$options --box --state --overdue --waits --since" ;;
	"results") options="$options --product --brand --batch --standard --laboratory --number --all" ;;
	"import") options="$options --map --to --issue --dry-run" ;;
	"export") options="$options --format --box --drafts --rows --bom --confidential" ;;
	"print") options="$options --pdf --template --width --lines --form-feed" ;;
	"verify") options="$options --rebuild" ;;
	"set") options="$options --peer" ;;
	"officer add") options="$options --roles --login --key" ;;
	"officer pin") options="$options --clear" ;;
	"stats")
		options="$options --from --to --kind --by --behind --of --risk --csv --bom --print --pdf"
		;;
	"audit") options="$options --by --act --doc --since --until --limit" ;;
	"feed") options="$options --after --follow" ;;
	"show") options="$options --confidential" ;;
	"reference import") options="$options --edition" ;;
	"demo") options="$options --headless --keep" ;;
	esac

	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -o filenames -F _deltadesk deltadesk
