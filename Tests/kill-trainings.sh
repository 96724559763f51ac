#!/bin/sh
# Kills trainings of pictures, recordings and series at random moments, lets the same command go on, and compares each finished
# model, byte for byte, with that of a training that nothing disturbed. Needs the built commands; the data are the samples.
#
#   Tests/kill-trainings.sh [KILLS [SEED]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
commands=${COMMANDS:-$here/../.build/release}
kills=${1:-60}
seed=${2:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Two classes of pictures; sentences with the digits that are said; a table.
for class in animals vehicles; do mkdir -p "$folder/pictures/$class"; done
for name in bird cat deer frog horse; do cp "$here/../Samples/pictures/$name.png" "$folder/pictures/animals"; done
for name in airplane automobile ship truck; do cp "$here/../Samples/pictures/$name.png" "$folder/pictures/vehicles"; done
cat > "$folder/vit.json" <<'END'
{"model_type": "vit", "image_size": 32, "patch_size": 8, "hidden_size": 16, "num_attention_heads": 2,
 "num_hidden_layers": 2, "intermediate_size": 32}
END
for name in audio/mono-16000.flac audio/mono-44100.flac whisper/audio.wav; do
    printf '{"audio": "%s", "text": "three", "language": "en"}\n' "$here/Fixtures/$name"
done > "$folder/recordings.jsonl"
cat > "$folder/bolt.json" <<'END'
{"architectures": ["ChronosBoltModelForForecasting"], "model_type": "t5", "vocab_size": 2, "d_model": 16,
 "d_kv": 8, "d_ff": 32, "num_heads": 2, "num_layers": 1, "num_decoder_layers": 1, "feed_forward_proj": "relu",
 "relative_attention_num_buckets": 8, "decoder_start_token_id": 0,
 "chronos_config": {"context_length": 48, "prediction_length": 8, "input_patch_size": 8, "input_patch_stride": 8,
                    "quantiles": [0.1, 0.5, 0.9], "use_reg_token": true}}
END

train() { # KIND OUTPUT
    case $1 in
        image) set -- "$2" image --data "$folder/pictures" --config "$folder/vit.json" --epochs 60 --batch-size 4 ;;
        speech) set -- "$2" speech --data "$folder/recordings.jsonl" --config "$here/Fixtures/whisper" --epochs 20 \
            --batch-size 2 --validation-fraction 0 ;;
        series) set -- "$2" series --synthetic 64 --config "$folder/bolt.json" --epochs 60 --batch-size 16 ;;
    esac
    output=$1; shift
    exec "$commands/train-model" "$@" --output "$output" --threads 2 --seed 1 --quiet
}

now() { date +%s.%N; }
random() { # NUMBER LIMIT: the so-manyth number below the limit
    awk -v seed="$seed" -v number="$1" -v limit="$2" 'BEGIN { srand(seed); while (number-- > 0) rand(); print rand() * limit }'
}
figures() { sed 's/"seconds".*//' "$1/metrics.jsonl"; }

# What must be there in the end, and nothing else: no checkpoints, no half of a file.
compare() { # KIND
    for file in config.json model.safetensors; do cmp "$folder/$1/$file" "$folder/$1-whole/$file"; done
    [ "$(ls -A "$folder/$1")" = "$(ls -A "$folder/$1-whole")" ]
    [ "$(figures "$folder/$1")" = "$(figures "$folder/$1-whole")" ]
}

killed=0; finished=0; count=0
for kind in image speech series; do
    start=$(now)
    (train $kind "$folder/$kind-whole") > /dev/null
    eval "${kind}_seconds=$(awk -v a="$start" -v b="$(now)" 'BEGIN { print b - a }')"
done
while [ $killed -lt "$kills" ]; do
    for kind in image speech series; do
        rm -rf "${folder:?}/$kind"
        # Each training goes on until it is done; it is killed up to five times on the way.
        for _ in 1 2 3 4 5; do
            [ $killed -lt "$kills" ] || break
            eval "seconds=\$${kind}_seconds"
            (train $kind "$folder/$kind") > /dev/null & worker=$!
            count=$((count + 1))
            sleep "$(random $count "$seconds")"
            if kill -KILL $worker 2> /dev/null; then
                wait $worker 2> /dev/null && code=0 || code=$?
                if [ $code = 137 ]; then killed=$((killed + 1)); else break; fi
            else
                wait $worker
                break
            fi
        done
        (train $kind "$folder/$kind") > /dev/null
        compare $kind
        finished=$((finished + 1))
    done
done
echo "killed $killed times (seed $seed): all $finished trainings ended with the bytes of those that nothing disturbed"
