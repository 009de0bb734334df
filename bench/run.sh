#!/bin/sh
# Compiles the benchmark and a snapshot of the engine beside it, then runs it: sh bench/run.sh [OPTIONS]
set -eu
cd "$(dirname "$0")/.."
out=node_modules/.cache/unleak-bench
npx tsc -p bench/tsconfig.json
cp dist/engine/kernel/kernel.wasm "$out/src/engine/kernel/"
cp dist/detectors.json "$out/src/"
exec node "$out/bench/main.js" "$@"
