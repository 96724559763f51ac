"""One whole run of what a user could take instead. Writes down what is said, a line a segment, as it is found.

usage: peer.py faster-whisper FOLDER AUDIO [--precision int8] [--batched] | whisper.cpp FILE AUDIO | faster-whisper | whisper.cpp

Without a model it ends as soon as everything is imported. English, greedy, at temperature 0 alone.
"""
import argparse

LANGUAGE = "en"


def faster_whisper(options):
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    if not options.model:
        return
    model = WhisperModel(options.model, device="cpu", compute_type=options.precision, cpu_threads=options.threads)
    settings = {"language": LANGUAGE, "beam_size": 1, "temperature": 0.0}
    if options.batched:
        model, settings["batch_size"] = BatchedInferencePipeline(model), 8
    for segment in model.transcribe(options.audio, **settings)[0]:
        print(segment.text.strip(), flush=True)


def whisper_cpp(options):
    from pywhispercpp.model import Model

    if not options.model:
        return
    model = Model(options.model, n_threads=options.threads, print_progress=False, print_realtime=False,
                  redirect_whispercpp_logs_to=None)
    model.transcribe(options.audio, language=LANGUAGE, temperature=0.0, temperature_inc=0.0,
                     new_segment_callback=lambda segment: print(segment.text.strip(), flush=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=("faster-whisper", "whisper.cpp"))
    parser.add_argument("model", nargs="?")
    parser.add_argument("audio", nargs="?")
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--batched", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    {"faster-whisper": faster_whisper, "whisper.cpp": whisper_cpp}[options.peer](options)


main()
