#!/bin/sh
# Compiles the benchmark and a snapshot of the engine beside it, then runs it: sh bench/run.sh [OPTIONS]
set -eu
cd "$(dirname "$0")/.."
out=node_modules/.cache/unleak-bench
npx tsc -p bench/tsconfig.json
# What the build made besides: the kernel and the built-in detectors.
(cd dist && find . -type f ! -name '*.js' ! -name '*.d.ts') | while read -r file; do
  mkdir -p "$out/src/$(dirname "$file")"
  cp "dist/$file" "$out/src/$file"
done
exec node "$out/bench/main.js" "$@"
