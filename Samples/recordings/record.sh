#!/bin/sh
# Makes the sample recordings of this folder with voices of flite:
#
#     apt-get install flite flac && ./record.sh

set -e
cd "$(dirname "$0")"

# speak VOICE NAME TEXT
speak() {
  flite -voice "$1" -t "$3" -o "$2.wav"
  flac --silent --best --force --delete-input-file "$2.wav"
}

speak rms three-one-four "three one four"
speak awb two-phrases "two, seven, one, eight, two, eight. one, four, one, four, two."
