#!/bin/sh
# golden/score.sh BUILD FOLDER: what `entente read` makes of the articles of a folder, scored against the golds beside
# them (../shared/tools/score_article.py).  articles/ is development material with all layers; events/dev and
# events/held_out have events only: read the errors of the first, only the total of the second.
here=$(dirname "$0")
scorer="$here/../../../shared/tools/score_article.py"
[ -f "$scorer" ] || { echo "SKIP: $scorer is missing"; exit 0; }
now=$(mktemp -d)
trap 'rm -rf "$now"' EXIT
set -- "$1" "$2" "${3:-}"
pairs=
for article in "$2"/*.txt; do
    "$1/entente" read "$article" | python3 "$here/to_score.py" article "$now"
    name=$(basename "$article" .txt)
    pairs="$pairs ${article%.txt}.gold.json $now/$name.json"
done
# shellcheck disable=SC2086
python3 "$scorer" $3 $pairs
