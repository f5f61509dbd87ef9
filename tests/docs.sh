#!/bin/sh
# docs.sh BUILD: runs every command of README.md and docs/guide/*.md.  A block that starts with
# ```sh is run line by line, in a folder of its own that sees the repository's files, each line
# must exit 0.  A block of another kind (```console, ```text) is only shown to readers.
build=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for entry in "$root"/*; do ln -s "$entry" "$work/$(basename "$entry")"; done
cd "$work" || exit 2
number=0
for page in README.md docs/guide/*.md; do
    [ -f "$page" ] || continue
    awk '/^```sh$/ {on = 1; next} /^```/ {on = 0} on && NF && !/^#/ {print}' "$page" >commands
    while IFS= read -r line; do
        case "$line" in "make "*) continue ;; esac # this very run, or one that contains it
        number=$((number + 1))
        if PATH="$build:$PATH" sh -c "$line" >log 2>&1 </dev/null; then echo "ok $number - $page: $line"
        else echo "not ok $number - $page: $line"; tail -n 20 log; fi
    done <commands
done
