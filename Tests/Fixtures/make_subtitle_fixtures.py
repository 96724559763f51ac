"""What openai/whisper's writers make of words with times, for each way to lay subtitles out.

usage: make_subtitle_fixtures.py OUT.json [--seed N]      (pip install openai-whisper)
"""
import argparse, io, json, random
from whisper.utils import WriteSRT, WriteVTT

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--seed", type=int, default=3)
arguments = arguments.parse_args()
random.seed(arguments.seed)
VOCABULARY = "the river runs and rain falls, we've walked to a mountain; (so on) naïve façade 東京 привет 3.14".split()


def transcript(segments):
    time, result = random.uniform(0, 2), []
    for _ in range(segments):
        words = []
        for _ in range(random.randint(1, 14)):
            start = time + random.choice([0, 0, 0.12, 0.4])
            end = start + random.uniform(0.05, 0.9)
            words.append({"word": " " + random.choice(VOCABULARY), "start": round(start, 2), "end": round(end, 2), "probability": 0.5})
            time = round(end, 2)
        result.append({"start": words[0]["start"], "end": words[-1]["end"], "text": "".join(w["word"] for w in words), "words": words})
        time += random.choice([0, 0.5, 3.5, 8])
    return {"segments": result}


layouts = [
    {"max_line_width": width, "max_line_count": count, "highlight_words": highlight}
    for width in (12, 30, 42) for count in (None, 1, 2) for highlight in (False, True)
] + [{"max_words_per_line": count, "highlight_words": highlight} for count in (1, 3, 7) for highlight in (False, True)]
cases = []
for layout in layouts:
    result = transcript(random.randint(1, 6))
    texts = {}
    for name, writer in ("srt", WriteSRT("")), ("vtt", WriteVTT("")):
        file = io.StringIO()
        writer.write_result(result, file=file, options=layout)
        texts[name] = file.getvalue()
    cases.append({"layout": layout, "segments": result["segments"], **texts})
json.dump(cases, open(arguments.out, "w"), ensure_ascii=False, indent=0)
