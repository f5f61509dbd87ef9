#!/bin/sh
# demo.sh BUILD: the main job on the example article, a full brief of an invented world, where to look.
set -eu
build=$1
"$build/entente" brief examples/example.txt -o "$build/brief.html"
world=examples/graustark
rm -f "$build/graustark.db"
sh $world/store.sh "$build/entente" "$build/graustark.db" 2>/dev/null
"$build/entente" brief $world/article.txt --case $world/case.yaml --corrections $world/corrections.tsv \
    --store "$build/graustark.db" --tables $world/tables -o "$build/full-brief.html"
echo
echo "The page:  file://$(cd "$build" && pwd)/brief.html"
echo "With a case, votes, events, trade (an invented world):  file://$(cd "$build" && pwd)/full-brief.html"
echo "The same as data:  $build/entente read examples/example.txt"
echo "Why an event was coded:  $build/entente explain examples/example.txt#e1"
