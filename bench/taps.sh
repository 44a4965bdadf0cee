#!/usr/bin/env bash
# How many packets a second the live taps count, and whether any is lost: generator and tap share this
# machine. Needs root. First what the machine carries with no tap, from one generator and from two; then
# for each tap all that can be sent, and the rate that has to be reached.
#
#     bench/taps.sh [SECONDS [PREFIX…]]
#
# PREFIX runs before each measurement: `chrt -r 20` takes the cores from the neighbours meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-10}"
shift || true
cargo build --release --locked --example taps
taps="${CARGO_TARGET_DIR:-target}/release/examples/taps"
echo "$(nproc) cores, $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
runs=(
    "alone 0 1" "alone 0 2"
    "observe 0 1" "observe 700000 1"
    "fast 0 2" "fast 700000 2"
    "managed 0 2" "managed 300000 2"
)
for run in "${runs[@]}"; do
    read -r mode rate generators <<< "$run"
    "$@" "$taps" "$mode" "$seconds" "$rate" "$generators"
done
