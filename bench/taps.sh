#!/usr/bin/env bash
# How many packets a second the live taps count, and whether any is lost: generator and tap share this
# machine. Needs root. First what the machine carries with no tap; then for each tap all that two
# generators can send, and the rate that has to be reached.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-10}"
cargo build --release --locked --example taps
taps="${CARGO_TARGET_DIR:-target}/release/examples/taps"
echo "$(nproc) cores, $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
for run in "alone 0" "observe 0" "observe 700000" "fast 0" "fast 700000" "managed 0" "managed 300000"; do
    read -r mode rate <<< "$run"
    "$taps" "$mode" "$seconds" "$rate" 2
done
