#!/bin/sh
# verify.sh FOLDER: checks the chain of entries in a folder, as fetch.sh writes it: head, and entry/N.
set -eu
folder=${1:?usage: verify.sh FOLDER}

fail() {
    echo "verify: $1" >&2
    exit 1
}

[ -f "$folder/head" ] || fail "there is no $folder/head"
read -r number digest <"$folder/head" || [ -n "$digest" ]
case $number in *[!0-9]* | '') fail "$folder/head does not begin with a number" ;; esac
newest=$number
while [ "$number" -gt 0 ] && [ -f "$folder/entry/$number" ]; do
    file=$folder/entry/$number
    found=$(sha256sum <"$file")
    found=${found%% *}
    [ "$found" = "$digest" ] || fail "entry $number has the digest $found, not $digest: it was changed, or another is missing"
    [ "$(sed -n '1s/^number: //p' "$file")" = "$number" ] || fail "entry $number says another number"
    digest=$(sed -n '2s/^before: //p' "$file")
    number=$((number - 1))
done
[ "$number" -lt "$newest" ] || fail "entry $newest is missing"
for file in "$folder"/entry/*; do
    other=${file##*/}
    [ "$other" -gt "$number" ] || fail "entry $number is missing, but $other is there"
    [ "$other" -le "$newest" ] || fail "entry $other is newer than the head"
done
if [ "$number" -eq 0 ]; then
    [ "$digest" = - ] || fail "entry 1 is not the first of its chain"
    echo "$newest entries hold, from the first"
else
    echo "$((newest - number)) entries hold; 1 to $number are not here, and $((number + 1)) follows $digest"
fi
