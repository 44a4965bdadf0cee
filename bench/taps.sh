#!/usr/bin/env bash
# How many packets a second the live taps count, and whether any is lost: a generator and the tap share
# this machine. Needs root. The first figures have no limit; then the rates that have to be reached.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-10}"
cargo build --release --locked --example taps
taps="${CARGO_TARGET_DIR:-target}/release/examples/taps"
echo "$(nproc) cores, $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
for run in "observe 0" "observe 700000" "fast 0" "fast 700000" "managed 0" "managed 300000"; do
    read -r mode rate <<< "$run"
    "$taps" "$mode" "$seconds" "$rate"
done
