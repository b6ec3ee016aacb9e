/// What a shell runs to complete the program's words; all of them ask `pdk --complete`.
enum CompletionScript {
    static let shells = ["bash", "zsh", "fish"]

    /// The script for a shell, nil for one that is not known.
    static func text(for shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": zsh
        case "fish": fish
        default: nil
        }
    }

    /// Without candidates bash completes file names, as it does without a script.
    private static let bash = #"""
        # bash completion for pdk; made by: pdk --generate-completion-script bash
        _pdk() {
            local kind line program=${COMP_WORDS[0]/#\~/$HOME}
            COMPREPLY=()
            {
                IFS= read -r kind
                while IFS= read -r line; do COMPREPLY+=("${line%%$'\t'*}"); done
            } < <("$program" --complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            case $kind in
            folders) compopt +o default +o bashdefault -o filenames -o plusdirs 2>/dev/null ;;
            none) compopt +o default +o bashdefault 2>/dev/null ;;
            esac
        }
        complete -o bashdefault -o default -F _pdk pdk

        """#

    private static let zsh = #"""
        #compdef pdk
        # zsh completion for pdk; made by: pdk --generate-completion-script zsh
        _pdk() {
            local line program=${${(Q)words[1]}/#\~/$HOME} found=1
            local -a lines candidates
            lines=("${(@f)$("$program" --complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
            for line in "${(@)lines[2,-1]}"; do
                candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            [[ $PREFIX == --*=* ]] && compset -P '*='
            (( $#candidates )) && _describe -t values 'pdk' candidates && found=0
            case $lines[1] in
            files) _files && found=0 ;;
            folders) _files -/ && found=0 ;;
            esac
            return found
        }
        if [[ $funcstack[1] == _pdk ]]; then _pdk "$@"; else compdef _pdk pdk; fi

        """#

    private static let fish = #"""
        # fish completion for pdk; made by: pdk --generate-completion-script fish
        function __pdk_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l program (string replace -r '^~' $HOME -- $words[1])
            set -e words[1]
            set -l lines ($program --complete fish $words "$current" 2>/dev/null)
            set -l kind $lines[1]
            set -e lines[1]
            if test (count $lines) -gt 0
                printf '%s\n' $lines
            end
            set -l option (string match -r -- '^--[^=]+=' "$current")
            set -l path (string replace -r -- '^--[^=]+=' '' "$current")
            switch "$kind"
                case files
                    for each in (__fish_complete_path "$path")
                        printf '%s%s\n' "$option" $each
                    end
                case folders
                    for each in (__fish_complete_directories "$path" '')
                        printf '%s%s\n' "$option" $each
                    end
            end
        end
        complete -c pdk -f -a '(__pdk_complete)'

        """#
}
