#!/bin/sh
# demo.sh BUILD: the main job on the example article, and where to look.
set -eu
build=$1
"$build/entente" brief examples/example.txt -o "$build/brief.html"
echo
echo "The page:  file://$(cd "$build" && pwd)/brief.html"
echo "The same as data:  $build/entente read examples/example.txt"
echo "Why an event was coded:  $build/entente explain examples/example.txt#e1"
