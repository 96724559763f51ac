#!/bin/sh
# run.sh SECONDS PARSER...: fuzzes each parser in turn, from the tests' fixtures, the samples, the files in the folders that SEEDS
# names, and what earlier runs found.
set -eu
cd "$(dirname "$0")"
program=${FUZZ_PARSERS:-.build/release/fuzz-parsers}
work=${FUZZ_FOLDER:-.build/fuzz}
folders="../Tests/Fixtures ../Samples ${SEEDS:-}"
seconds=$1
shift
# A crash would otherwise hang in Swift's own backtracer.
export SWIFT_BACKTRACE=enable=no
export LSAN_OPTIONS="suppressions=$PWD/leaks.suppressions:print_suppressions=0"
mkdir -p "$work/findings"

# The files in all folders whose names match. SIZE PATTERN…
seeds_named() {
    size=$1 names="-name $2"
    shift 2
    for pattern; do names="$names -o -name $pattern"; done
    # shellcheck disable=SC2086 # folders and patterns are lists of words
    (set -f; find -L $folders -type f -size -"$size" \( $names \) ! -path '*/.build/*')
}

failed=
for parser; do
    seeds=$work/seeds/$parser
    rm -rf "$seeds"
    mkdir -p "$work/corpus/$parser" "$seeds"
    case $parser in
    json | configuration | processor | processors) seeds_named 16k '*.json' ;;
    index) seeds_named 64k '*.index.json' ;;
    safetensors) seeds_named 64k '*.safetensors' ;;
    pytorch | ctranslate2) seeds_named 16k '*.bin' ;;
    # Its header, filters and vocabulary, and the beginning of a tensor.
    ggml) head -c 14400 ../Tests/Fixtures/whisper-containers/ggml-tiny.bin >"$seeds/header" ;;
    picture) seeds_named 64k '*.png' '*.jpg' '*.jpeg' '*.jfif' '*.webp' ;;
    png) seeds_named 16k '*.png' ;;
    metadata)
        for place in '\0' '\1' '\2' '\3'; do
            name=$seeds/$(printf %s "$place" | tr -d '\\')
            printf "$place"'MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0' > "$name-tiff"
            printf "$place"'\nexif\n      22\n4d4d002a0000000800010112000300000001000600000000\n' > "$name-profile"
            printf "$place"'<x:xmpmeta tiff:Orientation="6"><tiff:Orientation>8</tiff:Orientation>' > "$name-xmp"
        done ;;
    audio) seeds_named 16k '*.wav' '*.flac' '*.mp3' '*.og[ag]' '*.opus' '*.spx' '*.aif*' '*.au' '*.caf' '*.w64' '*.m4a' ;;
    chunks) seeds_named 32k '*.wav' '*.aif*' '*.au' '*.caf' '*.w64' ;;
    mpeg) seeds_named 32k '*.mp3' ;;
    ogg) seeds_named 32k '*.og[ag]' '*.opus' '*.spx' ;;
    tokenizer) seeds_named 64k '*.json' | grep -i token ;;
    vocabulary) seeds_named 64k 'vocab.json' ;;
    texts) seeds_named 64k '*.jsonl' '*.tsv' ;;
    pictures)
        data='"images":"[\"a.png\",\"b\"]","states":"[\"1 2\",\"3 4\"]","model":"m"'
        header="{\"__metadata__\":{$data},\"features\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}"
        printf "\\$(printf %o ${#header})"'\0\0\0\0\0\0\0%s01234567' "$header" > "$seeds/index" ;;
    template)
        sed -n 's/^ *"template": "\(.*\)",\{0,1\}$/\1/p' ../Tests/Fixtures/chat-templates.json | split -l 1 - "$seeds/" ;;
    manifest) seeds_named 64k '*.jsonl' '*.tsv' ;;
    series) seeds_named 64k '*.csv' ;;
    form)
        field='Content-Disposition: form-data; name="file"; filename="a \"b\".wav"'
        printf -- '--bo\r\n%s\r\n\r\nRIFF\r\n--b\r\n-\r\n--bo \t\r\n%s\r\n\r\nx\r\n--bo--\r\nend' \
            "$field" 'content-disposition:form-data;name=model' > "$seeds/form" ;;
    sentencepiece) seeds_named 400k '*.model' ;;
    *) echo "run.sh: there is no parser $parser" >&2; exit 64 ;;
    esac | while read -r file; do
        # Files of several folders share names; one that begins with a point would be hidden.
        cp "$file" "$seeds/$(echo "${file#../}" | tr / _)"
    done
    echo "== $parser"
    status=0
    "$program" "$parser" -max_total_time="$seconds" -timeout=2 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=16384 \
        -print_final_stats=1 -artifact_prefix="$work/findings/$parser-" "$work/corpus/$parser" "$seeds" \
        >"$work/$parser.log" 2>&1 || status=$?
    grep -E '^SUMMARY|^Fatal|Test unit written|^Done|average_exec_per_sec' "$work/$parser.log" || true
    [ $status = 0 ] || failed="$failed $parser"
done
[ -z "$failed" ] || { echo "found something in:$failed (see $work)" >&2; exit 1; }
