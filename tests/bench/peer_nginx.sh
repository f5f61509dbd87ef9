# peer_nginx.sh ENTENTE: the web app beside Debian's nginx, in one run on one machine:
#   requests a second of a published brief, and of the same bytes as a static file of nginx
#   (gzip_static), with wrk at 64 connections, in turns;
#   p99 of dyad queries at 64 connections over a million events made from a seed.
# ENTENTE_BENCH_EVENTS (1000000) and ENTENTE_BENCH_SECONDS (5) make it smaller.
set -eu
entente=$1
for need in nginx wrk curl; do
    command -v "$need" >/dev/null 2>&1 || PATH=$PATH:/usr/sbin command -v "$need" >/dev/null 2>&1 ||
        { echo "skipped: $need is not installed (apt-get install nginx-light wrk curl)"; exit 0; }
done
PATH=$PATH:/usr/sbin
events=${ENTENTE_BENCH_EVENTS:-1000000} seconds=${ENTENTE_BENCH_SECONDS:-5}
dir=$(mktemp -d)
pids=""
finish() { for pid in $pids; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$dir"; }
trap finish EXIT

# ---- a store with a million events between forty states, and one document ----
awk -v n="$events" 'BEGIN {
    srand(1)
    split("USA RUS CHN DEU FRA GBR IND JPN KOR PRK IRN ISR SAU TUR EGY UKR POL ITA ESP BRA MEX CAN AUS IDN PAK AFG SYR IRQ VNM THA PHL MYS SGP NLD BEL SWE NOR FIN GRC HUN", s, " ")
    split("CONSULT 040 1 1.0;COOPERATE 057 1 6.0;AID 070 2 7.0;AGREE 030 1 4.0;ACCUSE 112 3 -2.0;THREATEN 130 3 -4.4;COERCE 172 4 -5.0;REJECT 120 3 -4.0", k, ";")
    for (i = 1; i <= n; i++) {
        a = int(40 * rand() * rand()) + 1; b = int(40 * rand() * rand()) + 1; if (a == b) b = a % 40 + 1
        split(k[int(8 * rand()) + 1], t, " ")
        printf "{\"id\":\"%d\",\"dataset\":\"entente\",\"date\":\"%d-%02d-%02d\",\"type\":\"%s\",\"cameo\":\"%s\",\"quad\":%s,\"goldstein\":%s,\"certainty\":\"asserted\",\"source\":[{\"code\":\"%s\"}],\"target\":[{\"code\":\"%s\"}]}\n",
            i, 1995 + int(30 * rand()), 1 + int(12 * rand()), 1 + int(28 * rand()), t[1], t[2], t[3], t[4], s[a], s[b]
    }}' >"$dir/events.jsonl"
"$entente" import events "$dir/events.jsonl" --store "$dir/s.db" >"$dir/import.log" 2>&1 || { cat "$dir/import.log"; exit 1; }
rm "$dir/events.jsonl"
"$entente" read "$(dirname "$0")/../../examples/example.txt" --store "$dir/s.db" >/dev/null
echo "a long password" | "$entente" serve --store "$dir/s.db" --add-user bench --role admin 2>/dev/null
"$entente" serve --store "$dir/s.db" --port 0 2>"$dir/serve.log" &
pids="$pids $!"
for _ in $(seq 100); do grep -q http:// "$dir/serve.log" && break; sleep 0.1; done
base=$(sed -n 's/.*\(http:[^ ]*[0-9]\)\/ .*/\1/p' "$dir/serve.log")

# ---- a published brief ----
token=""
call() { # METHOD PATH [BODY]
    curl -s -X "$1" -b "$dir/jar" -c "$dir/jar" -H "Origin: $base" -H "X-Entente-Token: $token" \
        ${3:+-H "Content-Type: application/json" -d "$3"} "$base$2"
}
token=$(call GET /api/session | sed 's/.*"token":"\([0-9a-f]*\)".*/\1/')
token=$(call POST /api/login '{"name":"bench","password":"a long password"}' | sed 's/.*"token":"\([0-9a-f]*\)".*/\1/')
call POST /api/briefs '{"documents":["example"],"slug":"bench"}' >"$dir/brief.json"
call POST /api/briefs/bench/publish '{}' >"$dir/published.json"
mkdir "$dir/www"
curl -s "$base/briefs/bench" >"$dir/www/bench.html"
curl -s -H "Accept-Encoding: gzip" "$base/briefs/bench" >"$dir/www/bench.html.gz"
grep -q 'id="readers"' "$dir/www/bench.html" || { echo "the brief was not published:"; cat "$dir/brief.json"; exit 1; }

# ---- nginx with the same bytes ----
port=$((20000 + $$ % 20000))
cat >"$dir/nginx.conf" <<CONF
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
daemon off;
events { worker_connections 1024; }
http {
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; gzip_static on;
    types { text/html html; }
    client_body_temp_path $dir; proxy_temp_path $dir; fastcgi_temp_path $dir; uwsgi_temp_path $dir; scgi_temp_path $dir;
    server { listen 127.0.0.1:$port; root $dir/www; }
}
CONF
chmod 755 "$dir" "$dir/www"
nginx -c "$dir/nginx.conf" -p "$dir" 2>"$dir/nginx.out" &
pids="$pids $!"
for _ in $(seq 50); do curl -s -o /dev/null "http://127.0.0.1:$port/bench.html" && break; sleep 0.1; done

rate() { wrk -t2 -c64 -d"${seconds}s" -H "Accept-Encoding: $2" "$1" | sed -n 's/Requests\/sec: *//p'; }
compare() { # WHAT CODING
    ours="" theirs=""
    for _ in 1 2 3; do
        ours="$ours $(rate "$base/briefs/bench" "$2")"
        theirs="$theirs $(rate "http://127.0.0.1:$port/bench.html" "$2")"
    done
    echo "$ours;$theirs" | awk -F';' -v what="$1" '{
        n = split($1, a, " "); split($2, b, " ")
        for (i = 1; i <= n; i++) { x += a[i]; y += b[i] }
        printf "published brief, %s: %.0f requests/s, nginx %.0f, ratio %.2f (goal 0.50); rounds:%s |%s\n", what, x / n, y / n, x / y, $1, $2 }'
}
echo "brief: $(wc -c <"$dir/www/bench.html") bytes, $(wc -c <"$dir/www/bench.html.gz") compressed; $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
compare "gzip" gzip
compare "plain" identity

# ---- dyads over the events ----
cookie=$(awk '$6 == "session" {print $7}' "$dir/jar")
if ! curl -s -f -o /dev/null -H "Cookie: session=$cookie" "$base/api/dyads/USA/RUS"; then
    echo "skipped: no dyad query in this build"
    exit 0
fi
# First every pair once, one after the other: nothing is kept yet.  Then the same ones at random.
states="USA RUS CHN DEU FRA GBR IND JPN KOR PRK IRN ISR"
for a in $states; do
    for b in $states; do
        [ "$a" = "$b" ] || printf 'url = "%s/api/dyads/%s/%s?by=month&unit=month"\noutput = "/dev/null"\n' "$base" "$a" "$b"
    done
done >"$dir/pairs"
curl -s -H "Cookie: session=$cookie" -w '%{http_code} %{time_total}\n' -K "$dir/pairs" | sort -k2 -n |
    awk -v n="$events" '{t[NR] = $2; bad += $1 != 200; sum += $2} END {
        printf "dyad queries, %s events, first time (%d pairs, one connection): mean %.0f ms, p99 %.0f ms%s\n", n, NR,
            1000 * sum / NR, 1000 * t[int(NR * 0.99)], bad ? " (" bad " failed)" : ""}'
cat >"$dir/dyads.lua" <<'LUA'
local states = {"USA", "RUS", "CHN", "DEU", "FRA", "GBR", "IND", "JPN", "KOR", "PRK", "IRN", "ISR"}
local seed = 0
request = function()
    seed = (seed * 1103515245 + 12345) % 2147483648
    local a = math.floor(seed / 65536) % #states + 1
    local b = (a + math.floor(seed / 1048576) % (#states - 1)) % #states + 1
    return wrk.format("GET", "/api/dyads/" .. states[a] .. "/" .. states[b] .. "?by=month&unit=month")
end
LUA
for connections in 1 64; do
    wrk -t1 -c$connections -d"${seconds}s" --latency -H "Cookie: session=$cookie" -H "Accept-Encoding: gzip" -s "$dir/dyads.lua" "$base" >"$dir/dyads.txt"
    awk -v c=$connections -v n="$events" '
        /99%/ {p99 = $2} /50%/ {p50 = $2} /Requests\/sec/ {r = $2} /Non-2xx/ {bad = " (" $0 ")"}
        END {printf "dyad queries, %s events, asked before, %d connections: p50 %s, p99 %s (goal 20ms at 64), %s requests/s%s\n", n, c, p50, p99, r, bad}' "$dir/dyads.txt"
done
