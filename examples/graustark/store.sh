#!/bin/sh
# store.sh ENTENTE DB: the invented world's data into a store.
set -eu
entente=$1 db=$2
here=$(dirname "$0")
import() { "$entente" import "$@" --store "$db" --tables "$here/tables"; }
import votes "$here/rollcalls.csv" "$here/votes.csv"
import phoenix "$here/events.petrarch"
import capabilities "$here/capabilities.csv"
import trade "$here/trade.csv" "$here/trade_totals.csv"
