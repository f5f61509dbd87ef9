#!/bin/bash
# peer_mcmcpack.sh ENTENTE (bash: its time keyword): one session's ideal points by `entente ideal`
# (em, sample) and by MCMCpack's MCMCirt1d (Debian: r-cran-mcmcpack; two categories, abstentions thrown
# away) on the same votes, as many sweeps, in one run: CPU seconds with reading, and how the points
# agree with each other.
entente=$1
command -v Rscript >/dev/null && Rscript -e 'library(MCMCpack)' >/dev/null 2>&1 ||
    { echo "SKIP: R with MCMCpack is not installed (Debian: r-cran-mcmcpack)"; exit 0; }
data=$(cd "$(dirname "$0")/../.." && pwd)/../shared/data/votes
[ -r "$data/votes.csv.gz" ] || { echo "SKIP: $data is not on this machine"; exit 0; }
session=39
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The same roll calls that the filter takes: that session's, in the list's own numbers.
zcat "$data/rollcalls.csv.gz" |
    awk -F, -v s=$session '$2 == s && $1 < 10000 {print $1}' >"$work/ids"
zcat "$data/votes.csv.gz" |
    awk -F, 'NR == FNR {want[$1]; next} $1 in want' "$work/ids" - >"$work/votes"
{ echo 'rcid,ccode,iso3,vote'; cat "$work/votes"; } >"$work/votes.csv"
{ zcat "$data/rollcalls.csv.gz" | head -1
  zcat "$data/rollcalls.csv.gz" | awk -F, -v s=$session '$2 == s && $1 < 10000'
} >"$work/rollcalls.csv"
cat >"$work/peer.R" <<'R'
suppressMessages(library(MCMCpack))
folder <- commandArgs(trailingOnly = TRUE)[1]
v <- read.csv(file.path(folder, "votes.csv"), na.strings = "")
v$y <- ifelse(v$vote == "Y", 1, ifelse(v$vote == "N", 0, NA))
m <- tapply(v$y, list(v$ccode, v$rcid), function(x) x[1])
m <- m[, apply(m, 2, function(x) length(unique(na.omit(x))) > 1)]
m <- m[rowSums(!is.na(m)) > 0, ]
fit <- MCMCirt1d(m, theta.constraints = list("2" = "+", "365" = "-"), burnin = 300, mcmc = 500,
                 seed = 7, verbose = 0, store.item = FALSE)
points <- colMeans(fit)
write.table(cbind(sub("theta.", "", names(points)), points), file.path(folder, "theirs"),
            quote = FALSE, row.names = FALSE, col.names = FALSE)
R
cpu() { # COMMAND...: user plus system seconds of one run
    { TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>"$work/messages"; } 2>&1 | awk '{print $1 + $2}'
}
files=(--votes "$work/votes.csv" --rollcalls "$work/rollcalls.csv")
em=$(cpu "$entente" ideal "${files[@]}" -o "$work/em")
sample=$(cpu "$entente" ideal "${files[@]}" --method sample --chains 1 --warmup 300 \
    --iterations 500 -o "$work/sample")
peer=$(cpu env OPENBLAS_NUM_THREADS=1 Rscript "$work/peer.R" "$work")
[ -s "$work/theirs" ] || { echo "SKIP: MCMCpack failed: $(tail -1 "$work/messages")"; exit 0; }
for kind in em sample; do
    awk -F, '/^[A-Z]/ {print $2, $4}' "$work/$kind" >"$work/$kind.points"
done
awk -F, -v s=$session '$3 == s {print $1, $6}' "$data/idealpoints_apr2020_upto2000.csv" \
    >"$work/published"
agree() { # FILE FILE: correlation over common states
    awk 'NR == FNR {one[$1] = $2; next} $1 in one {x = $2; y = one[$1]; n++
        sx += x; sy += y; xx += x * x; yy += y * y; xy += x * y} END {
        printf "%.3f", (n * xy - sx * sy) / sqrt((n * xx - sx * sx) * (n * yy - sy * sy))}' \
        "$1" "$2"
}
row() { # NAME SECONDS FILE
    printf '%-32s %6.2f s  r with the published points %s, with the peer %s\n' "$1" "$2" \
        "$(agree "$work/published" "$3")" "$(agree "$work/theirs" "$3")"
}
row 'entente, em' "$em" "$work/em.points"
row 'entente, sample, 800 sweeps' "$sample" "$work/sample.points"
row 'MCMCirt1d, 800 sweeps, yes or no' "$peer" "$work/theirs"
