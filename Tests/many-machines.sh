#!/bin/sh
# Spreads the samples over GNU parallel and over Spark in its local mode, kills one worker of each midway, and compares what
# comes with a single run's output, byte for byte. Needs the built commands, GNU parallel, and for Spark a Java runtime and
# PyPI's pyspark (PYTHON names the interpreter that has it).
#
#   Tests/many-machines.sh [COPIES]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
commands=${COMMANDS:-$here/../.build/release}
python=${PYTHON:-python3}
copies=${1:-40}
shards=4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

lines() { # KEY FILE…: a manifest with each file so many times
    key=$1; shift
    for copy in $(seq "$copies"); do
        for file in "$@"; do printf '{"%s": "%s", "copy": %d}\n' "$key" "$file" "$copy"; done
    done
}
killed() { [ -e "$folder/$1/killed" ] || { echo "$1: no worker was killed, for want of inputs" >&2; exit 1; }; }
same() { cmp "$1" "$2" && echo "$3: $(wc -l < "$1") lines, all the same"; }

# A worker that is killed once, as soon as it has given some lines.
cat > "$folder/mortal" <<'END'
#!/bin/sh
# MARK OUTPUT LINES COMMAND…: kills the command once OUTPUT has so many lines, unless MARK says that it was done before.
mark=$1; output=$2; lines=$3; shift 3
mkdir "$mark" 2> /dev/null || exec "$@"
exec 3<&0
"$@" <&3 & worker=$!
while kill -0 $worker 2> /dev/null && [ "$(cat "$output" 2> /dev/null | wc -l)" -lt "$lines" ]; do sleep 0.01; done
if kill -KILL $worker 2> /dev/null; then
    touch "$mark/killed"
    echo "killed a worker after $(wc -l < "$output") lines" >&2
fi
wait $worker
END
chmod +x "$folder/mortal"

try() { # NAME KEY COMMAND FILE…
    name=$1 key=$2 command=$3; shift 3
    lines "$key" "$@" > "$folder/$name.jsonl"
    $commands/$command --threads 1 --manifest "$folder/$name.jsonl" > "$folder/$name.single"

    # Parts, of which one is killed, started again by parallel, and goes on.
    cd "$folder"
    seq 0 $((shards - 1)) | parallel --jobs 2 --retries 2 --quote sh -c "
        run='$commands/$command --threads 1 --manifest $name.jsonl --shard {}/$shards --output $name-{}.part'
        if [ {} = 1 ]; then exec ./mortal $name-killed $name-1.part 3 \$run; else exec \$run; fi"
    killed $name-killed
    paste -d '\n' $(seq -f "$name-%g.part" 0 $((shards - 1))) | sed '/^$/d' > $name.parallel
    same $name.single $name.parallel "$name, GNU parallel, parts"

    # From pipe to pipe.
    parallel --jobs 2 --pipe --keep-order -N 50 "$commands/$command --threads 1 --manifest -" < $name.jsonl > $name.piped
    same $name.single $name.piped "$name, GNU parallel, pipe"

    # Spark; a worker's output goes through a file, so that it can be killed midway.
    if "$python" -c 'import pyspark' 2> /dev/null; then
        cat > "$name-worker" <<END
#!/bin/sh
out=\$(mktemp $folder/$name-spark.XXXXXX)
"$folder/mortal" "$folder/$name-spark-killed" "\$out" 3 $commands/$command --threads 1 --manifest - > "\$out"
code=\$?
cat "\$out"
exit \$code
END
        chmod +x "$name-worker"
        "$python" "$here/many_machines_spark.py" "$folder/$name.jsonl" "$folder/$name-worker" > $name.spark
        killed $name-spark-killed
        same $name.single $name.spark "$name, Spark's pipe"
    else
        echo "$name, Spark's pipe: left out, there is no pyspark" >&2
    fi
}

pictures=$(ls "$here"/../Samples/pictures/*.png "$here"/../Samples/pictures/*.jpg)
recordings=$(ls "$here"/../Samples/recordings/*.flac)
tables=$here/../Samples/series/bicycle-rentals.csv
try pictures image "classify-image --batch-size 4" $pictures
try tables series "forecast-series --horizon 24" $tables $tables $tables $tables
copies=$((copies / 2))
try recordings audio transcribe-audio $recordings
