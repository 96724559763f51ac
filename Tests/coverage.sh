#!/bin/sh
# Tells how many lines of the parsers the tests run, file by file, and fails where it is less than so many percent of a folder. C is not
# counted: its one parser, CTesseraPNG, is libpng's.
#
#   Tests/coverage.sh [PERCENT]
set -eu
cd "$(dirname "$0")/.."
least=${1:-95}
# Everything that reads what others wrote.
parsers="Sources/TesseraFiles Sources/TesseraImage Sources/TesseraAudio/Files Sources/TesseraText Sources/TesseraSeries
  Sources/TesseraCommands/Items"
tools=$(dirname "$(readlink -f "$(command -v swift)")")
options="-c release --scratch-path .build/coverage"

# shellcheck disable=SC2086 # lists of words
swift build $options --enable-code-coverage --build-tests
# shellcheck disable=SC2086
folder=$(swift build $options --show-bin-path)
counts=$folder/counts
rm -rf "$counts"
mkdir "$counts"
# Each process that the tests start counts for itself. Where files may not become large it cannot, and says so: those tests are left
# out, as are those of the time that is worked after a cancellation. Of processes that are killed nothing is counted.
# shellcheck disable=SC2086
LLVM_PROFILE_FILE="$counts/%m-%p.profraw" swift test $options --skip-build --skip 'LimitTests|fullDisk|cancelled'
find "$counts" -name '*.profraw' > "$counts/list"
"$tools/llvm-profdata" merge --sparse --failure-mode=all -f "$counts/list" -o "$counts/all.profdata" 2> /dev/null
commands=
for command in classify-image transcribe-audio classify-audio forecast-series transform-text train-model; do commands="$commands -object $folder/$command"; done

failed=0
for parser in $parsers; do
    # Of llvm-cov's columns the 8th to 10th are the lines: all, missed, percent.
    # shellcheck disable=SC2086
    "$tools/llvm-cov" report "$folder/tesseraPackageTests.xctest" $commands -instr-profile "$counts/all.profdata" "$parser" |
        awk -v least="$least" -v parser="$parser" '
            $1 ~ /\.swift$/ { printf "%8s %5d of %5d lines  %s/%s\n", $10, $8 - $9, $8, parser, $1 }
            $1 == "TOTAL" { printf "%8s %5d of %5d lines  %s\n\n", $10, $8 - $9, $8, parser; bad = 100 * ($8 - $9) < least * $8 }
            END { exit bad }' || { echo "$parser: less than $least % of the lines are run" >&2; failed=1; }
done
exit $failed
