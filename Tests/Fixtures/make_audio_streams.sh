#!/usr/bin/env bash
# Writes short tones in Ogg and CAF as their own encoders make them, which libsndfile does not or otherwise, for the tests of
# TesseraAudio. Run in Tests/Fixtures with sox, flac, vorbis-tools, opus-tools, speex and ffmpeg installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mono=$work/mono.wav
stereo=$work/stereo.wav
sox -n -r 16000 -c 1 -b 16 "$mono" synth 0.5 sine 440 vol 0.5
sox -n -r 44100 -c 2 -b 16 "$stereo" synth 0.2 sine 660 vol 0.4
flac -s -f --ogg --serial-number=1 "$mono" -o audio/mono-16000.oga
flac -s -f --ogg --serial-number=2 "$stereo" -o audio/stereo-44100.oga
oggenc -Q -q 0 -s 3 "$mono" -o audio/mono-16000.ogg
opusenc --quiet --bitrate 24 --serial 4 "$stereo" audio/stereo-48000.opus
speexenc --quiet --vbr "$mono" audio/speex.ogg
ffmpeg -v error -y -f lavfi -i testsrc=d=0.4:s=32x32:r=5 -i "$mono" -c:v libtheora -q:v 0 -c:a libvorbis -q:a 0 \
    -bitexact audio/theora-vorbis.ogg
ffmpeg -v error -y -f lavfi -i testsrc=d=0.4:s=32x32:r=5 -c:v libtheora -q:v 0 -bitexact audio/theora.ogg
ffmpeg -v error -y -i "$mono" -c:a alac -bitexact audio/alac.caf
