#!/bin/sh
# 100,000 pictures, 1,000,000 rows of series, some hours of speech and ten hours of sound, each in one process, with the memory of the
# process written down once a second. What it holds after its first minute (or first half, where it is done within two) may grow no
# more. Needs the built commands and 1.6 GB of disk; the data are the samples, again and again.
#
#   Tests/long-runs.sh [PERCENT [pictures|series|speech|sound]…]    PERCENT of all that, 100 unless said
set -eu
here=$(cd "$(dirname "$0")" && pwd)
commands=${COMMANDS:-$here/../.build/release}
percent=${1:-100}
[ $# = 0 ] || shift
# What may be held later beyond what was held before: the system counts pages, not what is in them.
tolerance=5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Runs a command, and compares the most memory that it held in the first minute with the most that it held later. NAME COMMAND…
run() {
    name=$1; shift
    "$@" > "$folder/$name.out" 2> "$folder/$name.errors" & worker=$!
    begin=$(date +%s)
    : > "$folder/$name.memory"
    while kill -0 $worker 2> /dev/null; do
        awk '/^VmRSS/ { print $2 }' "/proc/$worker/status" >> "$folder/$name.memory" 2> /dev/null || true
        sleep 1
    done
    wait $worker || { echo "$name: the command failed" >&2; tail -n 5 "$folder/$name.errors" >&2; exit 1; }
    awk -v name="$name" -v tolerance=$tolerance -v lines="$(wc -l < "$folder/$name.out")" -v seconds=$(($(date +%s) - begin)) '
        { held[NR] = $1 }
        END {
            first = NR > 120 ? 60 : int(NR / 2) + 1
            for (i = 1; i <= NR; i++) if (i <= first) { if (held[i] > early) early = held[i] }
                else if (held[i] > late) late = held[i]
            printf "%s: %d s, %d lines; %.1f MB at most in the first %d s, %.1f MB later\n",
                name, seconds, lines, early * 1.024e-3, first, late * 1.024e-3
            exit late > early * (1 + tolerance / 100)
        }' "$folder/$name.memory" || { echo "$name: its memory grows" >&2; exit 1; }
}

# Pictures: each of the samples, so many times.
pictures() {
    count=$((1000 * percent))
    for name in airplane automobile bird cat deer frog horse ship truck; do echo "$here/../Samples/pictures/$name.png"; done |
        awk -v count=$count '{ names[NR] = $0 }
            END { for (i = 0; i < count; i++) printf "{\"image\": \"%s\"}\n", names[i % NR + 1] }' > "$folder/pictures.jsonl"
    run pictures "$commands/classify-image" --manifest "$folder/pictures.jsonl"
}

# Series: rows of several, one behind the other.
series() {
    awk -v rows=$((10000 * percent)) 'BEGIN {
        print "id,date,value"
        for (row = 0; row < rows; row++) {
            step = row % 500
            printf "s%d,2024-%02d-%02d %02d:00,%.3f\n", row / 500, 1, 1 + int(step / 24), step % 24,
                10 + 5 * sin(step * 0.2618) + row * 7919 % 101 / 50
        }
    }' > "$folder/series.csv"
    run series "$commands/forecast-series" --id id --target value --horizon 24 "$folder/series.csv"
}

# Speech: the same recording again and again.
speech() {
    for _ in $(seq $((50 * percent))); do printf '{"audio": "%s"}\n' "$here/../Samples/recordings/two-phrases.flac"; done > "$folder/speech.jsonl"
    run speech "$commands/transcribe-audio" --manifest "$folder/speech.jsonl"
}

# One file, an AU whose header, as a pipe makes it, does not say how long it is.
sound() {
    once=$here/Fixtures/audio/mono-22050.au
    { printf '.snd\000\000\000\030\377\377\377\377'; head -c 24 "$once" | tail -c 12; } > "$folder/sound.au"
    for _ in $(seq 100); do tail -c +25 "$once"; done > "$folder/some"
    bytes=$((22050 * 2 * 360 * percent))
    for _ in $(seq $((bytes / $(wc -c < "$folder/some") + 1))); do cat "$folder/some"; done | head -c $bytes >> "$folder/sound.au"
    run sound "$commands/transcribe-audio" --format json "$folder/sound.au"
}

for part in ${*:-pictures series speech sound}; do
    case $part in
    pictures | series | speech | sound) $part ;;
    *) echo "long-runs.sh: there is no part $part" >&2; exit 64 ;;
    esac
done
