#!/bin/sh
# Makes the browser tests ready: Chromium, npm, and what web/package-lock.json names.  Says why on
# standard output and fails when that cannot be done here (no network, no rights).
cd "$(dirname "$0")/../.." || exit 1
if ! { command -v chromium && command -v npm && command -v node; } >/dev/null; then
    sh tools/install-packages.sh e2e >/dev/null 2>&1
fi
command -v chromium >/dev/null || { echo "no chromium, and it cannot be installed here"; exit 1; }
command -v npm >/dev/null || { echo "no npm, and it cannot be installed here"; exit 1; }
if ! cmp -s web/package-lock.json web/node_modules/.entente-lock; then
    (cd web && npm ci --ignore-scripts --no-audit --no-fund >/dev/null 2>&1) ||
        { echo "npm ci failed: no network?"; exit 1; }
    cp web/package-lock.json web/node_modules/.entente-lock
fi
