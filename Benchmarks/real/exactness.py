"""Whether the transcripts of real weights are openai/whisper's, how many words are wrong, and whether a model's layout matters."""
import itertools
import re

from commands import MODELS, openai, table, text, ours, transcripts

# What other temperatures give is chance.
AS_OPENAI = ("--temperature", "0")
RUNS = (
    ("greedy", {}, AS_OPENAI),
    ("5 beams", {"beam_size": 5}, (*AS_OPENAI, "--beam-size", "5")),
    ("times of words", {"word_timestamps": True}, (*AS_OPENAI, "--timestamps", "word")),
)
TRANSLATE = ("translate", {"task": "translate"}, (*AS_OPENAI, "--task", "translate"))
LAYOUTS = ("safetensors", "bin", "{}.pt", "ctranslate2", "f16.bin")
PRECISIONS = ("f32", "bf16", "int8")


def tokens(transcript):
    return [token for segment in transcript["segments"] for token in segment["tokens"]]


def words(transcript):
    return [word for segment in transcript["segments"] for word in segment.get("words", [])]


def away(mine, theirs):
    """Whether a word begins or ends more than 0.02 s, and what rounding adds, from where the other does."""
    return not mine or not theirs or any(abs(mine[key] - theirs[key]) > 0.0201 for key in ("start", "end"))


def compared(options, model, paths, settings, added):
    """How many recordings have the same tokens; how many words have other times, of how many."""
    mine = transcripts(options, model + "/safetensors", paths, *added)
    theirs = openai(options, model, paths, **settings)
    same = sum(tokens(a) == tokens(b) for a, b in zip(mine, theirs, strict=True))
    pairs = [pair for a, b in zip(mine, theirs) for pair in itertools.zip_longest(words(a), words(b))]
    return same, sum(away(*pair) for pair in pairs), len(pairs)


def same_transcripts(options, recordings):
    """Ours beside openai/whisper's; true where all tokens are equal."""
    paths = [*recordings.clips, recordings.long]
    cases = [(model, paths, *run) for model in MODELS for run in RUNS]
    if recordings.foreign:
        cases.append(("base", recordings.foreign, *TRANSLATE))
    equal = []

    def rows():
        for model, chosen, name, settings, added in cases:
            same, far, count = compared(options, model, chosen, settings, added)
            equal.append(same == len(chosen))
            yield model, name, f"{same} of {len(chosen)}", f"{far} of {count}" if count else ""
        if not recordings.foreign:
            yield "base", "translate", "left out, there is no espeak-ng", ""

    table("Transcripts beside openai/whisper's, float32, temperature 0", "the same tokens in every recording",
          ("model", "run", "recordings with the same tokens", "words more than 0.02 s away"), rows())
    return all(equal)


def spelled(transcript):
    return re.findall(r"[a-z0-9']+", transcript.lower())


def errors(found, wanted):
    """The fewest words to put in, leave out and replace."""
    row = list(range(len(wanted) + 1))
    for i, word in enumerate(found, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(wanted, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (word != other))
    return row[-1]


def wanted_texts(options, model, paths, texts):
    """What is said in each recording, by whoever wrote it down or else by openai/whisper."""
    unknown = [path for path in paths if path not in texts]
    heard = openai(options, model, unknown) if unknown else []
    texts = texts | {path: transcript["text"] for path, transcript in zip(unknown, heard)}
    return [texts[path] for path in paths]


def words_wrong(options, recordings):
    """Errors in every precision, doubtful windows decoded again as for users; true, whatever they are."""
    paths = [*recordings.clips, recordings.long]

    def rows():
        for model in MODELS:
            wanted = [spelled(said) for said in wanted_texts(options, model, paths, recordings.texts)]
            count = sum(map(len, wanted))
            shares = {}
            for precision in PRECISIONS:
                mine = transcripts(options, model + "/safetensors", paths, "--precision", precision)
                wrong = sum(errors(spelled(a["text"]), b) for a, b in zip(mine, wanted, strict=True))
                shares[precision] = 100 * wrong / count
                yield model, precision, f"{wrong} of {count}", f"{shares[precision]:.1f} %", (
                    f"{shares[precision] - shares['f32']:+.1f} points")

    table("Words wrong, by the transcripts that lie beside the clips or else openai/whisper's", "int8 within 0.3 points of float32",
          ("model", "precision", "words wrong", "share", "beside float32"), rows())
    return True


def same_layouts(options, recordings):
    """Every layout's JSON, with times of words; true where the bytes are those of safetensors."""
    equal = []

    def rows():
        for model in MODELS:
            paths = [recordings.clips[0], recordings.long]
            outputs = [text(ours(options, f"{model}/{layout.format(model)}", paths, "--format", "json", "--timestamps", "word"))
                       for layout in LAYOUTS]
            for layout, output in zip(LAYOUTS[1:], outputs[1:]):
                equal.append(output == outputs[0])
                yield model, layout.format(model), "the same" if equal[-1] else "others"

    table("The same weights in other layouts than safetensors", "the same bytes of JSON", ("model", "layout", "bytes"), rows())
    return all(equal)
