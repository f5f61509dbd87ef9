#!/bin/sh
# install-packages.sh [e2e]: installs what building and testing need and is missing (Debian 12; root
# or sudo).  Silent when nothing is missing.
set -eu
wanted="build-essential clang cmake ninja-build pkg-config git ca-certificates xz-utils
libjansson-dev libgumbo-dev libexpat1-dev libutf8proc-dev libsqlite3-dev zlib1g-dev
libarchive-dev libyaml-dev liblapacke-dev libopenblas-dev libcurl4-openssl-dev libsodium-dev
libmicrohttpd-dev libcmocka-dev sqlite3 python3 esbuild node-d3-array node-d3-axis node-d3-brush
node-d3-force node-d3-scale node-d3-selection node-d3-shape node-d3-time-format"
# "e2e": also what the browser tests need, where the machine has no other of the same name.
case " $* " in
*" e2e "*)
    command -v chromium >/dev/null || wanted="$wanted chromium"
    command -v node >/dev/null || wanted="$wanted nodejs"
    command -v npm >/dev/null || wanted="$wanted npm"
    ;;
esac
missing=""
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing" >&2
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
log=$(mktemp)
if ! { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root env \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "could not install:$missing (needs Debian 12 and root or sudo)" >&2
    exit 1
fi
rm -f "$log"
