#!/bin/sh
# fetch.sh FOLDER [ADDRESS]: copies the newest entries from a host's key-value store into a folder.
# PDK_ADMIN_TOKEN holds the bearer token, if the host wants one. Entries that are there already are left alone.
set -eu
folder=${1:?usage: fetch.sh FOLDER [ADDRESS]}
address=${2:-http://127.0.0.1:9090}

get() {
    if [ -n "${PDK_ADMIN_TOKEN:-}" ]; then
        printf 'header = "Authorization: Bearer %s"\n' "$PDK_ADMIN_TOKEN" |
            curl -fsS --config - -o "$2" "$address/admin/kv/audit-chain/$1"
    else
        curl -fsS -o "$2" "$address/admin/kv/audit-chain/$1"
    fi
}

mkdir -p "$folder/entry"
get head "$folder/head.new"
read -r number _ <"$folder/head.new"
while [ "$number" -gt 0 ] && [ ! -f "$folder/entry/$number" ]; do
    # The store keeps the newest 1,000.
    get "entry/$number" "$folder/entry.new" || break
    mv "$folder/entry.new" "$folder/entry/$number"
    number=$((number - 1))
done
mv "$folder/head.new" "$folder/head"
