#!/bin/sh
# answers.sh ENTENTE: briefs from a store and a case, explain out of a store, version blocks in JSON.
entente=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
article=$here/examples/example.txt
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0
check() { # NAME COMMAND...: exits 0
    name=$1
    shift
    number=$((number + 1))
    if "$@" >"$dir/out" 2>"$dir/err"; then echo "ok $number - $name"
    else echo "not ok $number - $name"; tail -n 5 "$dir/err"; fi
}
fails() { # CODE WORDS NAME COMMAND...
    code=$1 words=$2 name=$3
    shift 3
    number=$((number + 1))
    "$@" >"$dir/out" 2>"$dir/err" </dev/null
    got=$?
    if [ "$got" -eq "$code" ] && grep -qi -- "$words" "$dir/err"; then echo "ok $number - $name"
    else echo "not ok $number - $name: exit $got, expected $code with \"$words\""; head -c 300 "$dir/err"; fi
}
holds() { # NAME WORDS FILE
    number=$((number + 1))
    if grep -qF -- "$2" "$3"; then echo "ok $number - $1"; else echo "not ok $number - $1: no \"$2\""; fi
}

# briefs
"$entente" brief "$article" --store "$dir/news.db" -o "$dir/with.html" 2>/dev/null
check "a brief of the store's own documents" "$entente" brief --store "$dir/news.db" -o "$dir/from.md"
holds "it has the stored article's question" "Is India Moving Toward Washington" "$dir/from.md"
check "a brief of a case alone" "$entente" brief --case "$here/examples/case.yaml" -o "$dir/case.md"
holds "the question of the case is the headline" "# Why does Graustark seek talks" "$dir/case.md"
holds "the answer has a word of likelihood" "likely" "$dir/case.md"
"$entente" weigh "$here/examples/case.yaml" --store "$dir/news.db" --by anna --at 2024-01-01 >/dev/null 2>&1
check "a case by its name in the store" "$entente" brief --store "$dir/news.db" --case graustark-example -o "$dir/kept.md"
holds "it is that case" "# Why does Graustark seek talks" "$dir/kept.md"
check "a date for the page" "$entente" brief "$article" --updated 2030-01-02 -o "$dir/day.md"
holds "it is shown" "Updated 2 January 2030" "$dir/day.md"
cp "$dir/news.db" "$dir/before.db"
"$entente" brief "$here/examples/graustark/article.txt" --store "$dir/news.db" --read-only -o "$dir/ro.html" 2>/dev/null
check "--read-only keeps nothing" cmp "$dir/news.db" "$dir/before.db"
number=$((number + 1))
if [ "$("$entente" brief "$article" -o "$dir/one.html" 2>/dev/null; wc -c <"$dir/one.html")" -lt 300000 ]
then echo "ok $number - under 300 kB"; else echo "not ok $number - under 300 kB"; fi
fails 2 "expected an INPUT" "nothing to tell" "$entente" brief
fails 2 "expected a date" "a date that is none" "$entente" brief "$article" --updated tomorrow
fails 2 "inputs that are files" "a package needs files" "$entente" brief "$here/examples" --replicate "$dir/package"
printf '2024-01-01 no tab\n' >"$dir/corrections.tsv"
fails 3 "corrections.tsv:1" "a broken correction is named" "$entente" brief "$article" --corrections "$dir/corrections.tsv"
fails 3 "no such file\|cannot open" "a case that is not there" "$entente" brief "$article" --case "$dir/none.yaml"
fails 4 "" "a store that is none" "$entente" brief --store "$article"

# explain out of a store
check "explain of a stored document" "$entente" explain "example#e1" --store "$dir/news.db"
cp "$dir/out" "$dir/stored"
check "explain of its file" "$entente" explain "$article#e1"
cp "$dir/out" "$dir/read"
check "both say the same" cmp "$dir/read" "$dir/stored"
fails 3 "no document" "explain of a document that is not there" "$entente" explain "none#e1" --store "$dir/news.db"
fails 2 "no \"e999\"" "explain of an event that is not there" "$entente" explain "example#e999" --store "$dir/news.db"

# every JSON answer carries the version block
for words in "explain $article#e1" "explain $article#s1" "tables" "tables actors/states FRA" "tables actors USA --at 2001-02-03" \
    "fetch" "weigh --history --store $dir/news.db" "relate $dir/pairs.tsv"; do
    printf 'sentence\tsource\ttarget\nFrance met Germany.\tFrance\tGermany\n' >"$dir/pairs.tsv"
    number=$((number + 1))
    # shellcheck disable=SC2086
    if "$entente" $words --json 2>"$dir/err" | grep -q '"version":{"program":'; then echo "ok $number - version in: ${words%% *}"
    else echo "not ok $number - version in: $words"; fi
done

# public data in, as series, and out again (made-up figures)
printf 'rcid,session,date,unres,short\n1,55,2000-11-01,R/55/1,One\n2,56,2001-11-01,R/56/1,Two\n' >"$dir/rollcalls.csv"
printf 'rcid,country_code,vote\n1,US,yes\n1,RU,no\n1,NA,abstain\n2,US,no\n2,RU,no\n2,NA,yes\n' >"$dir/votes.csv"
check "votes before their roll calls" "$entente" import votes "$dir/votes.csv" "$dir/rollcalls.csv" --store "$dir/public.db"
check "votes come out again" "$entente" export votes --store "$dir/public.db" -o "$dir/votes.out"
holds "Namibia is NA no more" "1,565,NAM,A" "$dir/votes.out"
check "as Voeten's table" "$entente" export votes --store "$dir/public.db" --format voeten --session 56 --actor USA
holds "his code of a no" "2,2,1,3,USA" "$dir/out"
fails 2 "can't export rollcalls" "a layout that is none" "$entente" export rollcalls --store "$dir/public.db" --format icews
check "agreement as a series" "$entente" series USA RUS --store "$dir/public.db" --measure agreement --by session
holds "a value with its interval" "s56     365/365  1  1.000  0.207  1.000" "$dir/out"
printf 'month,USA>RUS\n2000-01,1\n2000-02,\n2000-03,3\n2000-04,9\n2000-05,8\n' >"$dir/calls.csv"
check "a series of one's own" "$entente" import series "$dir/calls.csv" --store "$dir/public.db"
check "it is asked for by its name" "$entente" series USA RUS --store "$dir/public.db" --measure calls --json
holds "a month without a value is no zero" '"period":"2000-02","start":"2000-02-01","days":29,"covered_days":0,"count":null,"value":null' "$dir/out"
check "its shifts" "$entente" shifts USA RUS --store "$dir/public.db" --measure calls
fails 3 "there is calls" "a name that is none" "$entente" series USA RUS --store "$dir/public.db" --measure visits
fails 2 "of events" "an option of events" "$entente" series USA RUS --store "$dir/public.db" --measure calls --undirected
printf 'month,USA>RUS\n2000-01,1\nMay,2\n' >"$dir/bad.csv"
fails 3 "bad.csv:3: expected a period" "a date that is none, with its line" "$entente" import series "$dir/bad.csv" --store "$dir/public.db"
printf 'importer,exporter,date,commodity,unit,value\nIND,RUS,2020-01,oil,t,10\nIND,RUS,2020-02,oil,t,12\nIND,RUS,2021-01,oil,t,20\nIND,RUS,2021-02,oil,t,24\nIND,RUS,2021,oil,t,900\n' >"$dir/oil.csv"
check "a claim of growth" "$entente" dependence IND RUS --trade "$dir/oil.csv" --commodity oil --base 2020-01..2020-12
holds "months with months, and how many there are" "mean 11 over 2 of 12 periods of the base, 22 over 2 later ones: 2.00 times (95 %: 1.55 to 2.57" "$dir/out"
printf 'year,a,b,value\n2000,USA,RUS,1\n2000,RUS,CHN,2\n2000,USA,CHN,-1\n2001,USA,RUS,2\n2001,RUS,CHN,2\n2001,USA,CHN,-2\n' >"$dir/ties.csv"
"$entente" import series "$dir/ties.csv" --name ties --store "$dir/public.db" 2>/dev/null
check "an imported series as ties" "$entente" triangle USA RUS CHN --store "$dir/public.db" --series ties --json
holds "of both years" '"period":"2001"' "$dir/out"
fails 3 "no series \"none\"" "a series of ties that is none" "$entente" triangle USA RUS CHN --store "$dir/public.db" --series none
