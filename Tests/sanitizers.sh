#!/bin/sh
# Runs the tests of the kernels, of the team of threads and of the parsers under AddressSanitizer and UndefinedBehaviorSanitizer in one
# build, and those of threads under ThreadSanitizer in another. Swift knows no UndefinedBehaviorSanitizer on Linux, and traps by itself
# where C is undefined: of that one the C targets alone are built for. It first proves on planted faults that each sanitizer reports
# on this machine.
#
#   Tests/sanitizers.sh [planted|memory|threads]…
set -eu
cd "$(dirname "$0")/.."
# The compilers that come with Swift: sanitizers of another version do not fit its code.
tools=$(dirname "$(readlink -f "$(command -v swift)")")
export SWIFT_BACKTRACE=enable=no
# Swift leaves what lives as long as the process.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
# oneDNN and its threads are the system's and not instrumented: what they agree on among themselves is not seen.
export TSAN_OPTIONS="suppressions=$PWD/Tests/sanitizers.suppressions:halt_on_error=0:exitcode=66"
undefined="-fsanitize=undefined -fno-sanitize-recover=undefined"

kernels="CTesseraVectorTests|TesseraTensorTests"
parsers="TesseraFilesTests|TesseraTextTests|TesseraImageTests|TesseraAudioTests|TesseraSeriesTests|CommandLineTests"
# Not StepGathering: what Swift's Mutex orders, as its line, ThreadSanitizer does not see, and reports each access.
threads="ThreadsTests|TurnsTests|[.]GatheringTests|LongComputationTests|CTesseraVectorTests|TesseraTrainingTests"
# Under ThreadSanitizer all blocks of memory come from the system, so that it sees each: no tests then of those that are kept.
kept="steadyStepsAskTheSystemForNoMemory|blocksThatWereKeptLongestMakeRoom|loweringTheLimitGivesMemoryBack"

# Compiles a faulty program as the targets are compiled, runs it, and demands the report. NAME REPORT COMPILER OPTION…
planted() {
    name=$1 report=$2
    shift 2
    "$@" -o "$folder/$name"
    "$folder/$name" > "$folder/$name.log" 2>&1 && status=0 || status=$?
    if [ "$status" = 0 ] || ! grep -q "$report" "$folder/$name.log"; then
        echo "sanitizers.sh: the planted fault $name is not reported" >&2
        cat "$folder/$name.log" >&2
        exit 1
    fi
    echo "planted fault found: $name"
}

all_planted() {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    include=-ISources/CTesseraVector/include
    # A kernel that is told of one number more than there are.
    cat > "$folder/memory.c" <<'END'
#include "tessera_vector.h"
#include <stdlib.h>
int main(void) {
    float *values = malloc(64 * sizeof(float));
    for (int index = 0; index < 64; index++) values[index] = 1;
    tessera_best_kernels()->softmax(values, 1, 65);
    return 0;
}
END
    cat > "$folder/undefined.c" <<'END'
#include "tessera_vector.h"
int main(int count, char **arguments) { return (0x7fffffff + count) < 0 ? (int)(1u << (31 + count)) : 0; }
END
    cat > "$folder/race.c" <<'END'
#include "tessera_vector.h"
#include <stddef.h>
static long sum;
static void add(void *context, int64_t part) { sum += part; }
int main(void) {
    for (int round = 0; round < 1000; round++) tessera_parallel(2, 64, add, NULL);
    return 0;
}
END
    cat > "$folder/memory.swift" <<'END'
let values = UnsafeMutablePointer<Int>.allocate(capacity: CommandLine.arguments.count)
values[CommandLine.arguments.count] = 1
print(values[CommandLine.arguments.count])
END
    planted memory "AddressSanitizer: heap-buffer-overflow" "$tools/clang" -O1 -fsanitize=address $include \
        "$folder/memory.c" Sources/CTesseraVector/*.c -lm -lpthread
    planted undefined "signed integer overflow" "$tools/clang" -O2 $undefined $include "$folder/undefined.c"
    # Of Swift's compiler this sanitizer needs Swift's dispatch, in C too.
    libraries=${tools%/bin}/lib/swift/linux
    planted race "ThreadSanitizer: data race" "$tools/clang" -O2 -fsanitize=thread $include "$folder/race.c" \
        Sources/CTesseraVector/parallel.c -L"$libraries" -ldispatch -lBlocksRuntime -Wl,-rpath,"$libraries"
    planted memory-of-swift "AddressSanitizer: heap-buffer-overflow" "$tools/swiftc" -O -sanitize=address \
        "$folder/memory.swift"
}

# Builds the tests with a sanitizer and runs some. NAME FILTER SKIPPED OPTION…
tests() {
    name=$1 filter=$2 skipped=$3
    shift 3
    swift build -c release --build-tests --scratch-path ".build/sanitize-$name" "$@"
    swift test -c release --skip-build --scratch-path ".build/sanitize-$name" "$@" --filter "$filter" --skip "$skipped"
}

for part in ${*:-planted memory threads}; do
    case $part in
    planted) all_planted ;;
    memory)
        flags=
        for flag in $undefined; do flags="$flags -Xcc $flag"; done
        tests memory "$kernels|$parsers" "^$" --sanitize address $flags ;;
    threads) tests threads "$threads" "$kept" --sanitize thread -Xswiftc -DTHREAD_SANITIZER ;;
    *) echo "sanitizers.sh: there is no part $part" >&2; exit 64 ;;
    esac
done
