#!/bin/sh
# run.sh SECONDS PARSER...: fuzzes each parser in turn, from the tests' fixtures and from what earlier runs found.
set -eu
cd "$(dirname "$0")"
program=${FUZZ_PARSERS:-.build/release/fuzz-parsers}
work=${FUZZ_FOLDER:-.build/fuzz}
fixtures=../Tests/Fixtures
seconds=$1
shift
# A crash would otherwise hang in Swift's own backtracer.
export SWIFT_BACKTRACE=enable=no
mkdir -p "$work/findings"

failed=
for parser; do
    seeds=$work/seeds/$parser
    mkdir -p "$work/corpus/$parser" "$seeds"
    case $parser in
    json | configuration) find "$fixtures"/hostile/config "$fixtures"/*/config.json -type f -size -64k ;;
    safetensors) find "$fixtures"/hostile/safetensors -maxdepth 1 -type f -size -64k ;;
    picture) find "$fixtures" \( -name '*.png' -o -name '*.jpg' \) -size -64k ;;
    png) find "$fixtures" -name '*.png' -size -16k ;;
    processor) find "$fixtures"/image-processors "$fixtures"/*/preprocessor_config.json -name '*.json' ;;
    audio) find "$fixtures" \( -name '*.wav' -o -name '*.flac' -o -name '*.mp3' -o -name '*.ogg' -o -name '*.opus' \) -size -16k ;;
    tokenizer) find "$fixtures" -path '*tokenizer*' -name '*.json' -size -64k ;;
    manifest) find "$fixtures"/manifests -type f ;;
    series) find ../Samples/series -name '*.csv' ;;
    sentencepiece) find "$fixtures" -name 'sentencepiece.bpe.model' -size -400k ;;
    *) echo "run.sh: there is no parser $parser" >&2; exit 64 ;;
    esac | while read -r file; do
        # Fixtures of several folders share names.
        cp "$file" "$seeds/$(echo "${file#"$fixtures"/}" | tr / _)"
    done
    echo "== $parser"
    status=0
    "$program" "$parser" -max_total_time="$seconds" -timeout=2 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=16384 \
        -artifact_prefix="$work/findings/$parser-" "$work/corpus/$parser" "$seeds" \
        >"$work/$parser.log" 2>&1 || status=$?
    grep -E '^SUMMARY|^Fatal|Test unit written|^Done' "$work/$parser.log" || true
    [ $status = 0 ] || failed="$failed $parser"
done
[ -z "$failed" ] || { echo "found something in:$failed (see $work)" >&2; exit 1; }
