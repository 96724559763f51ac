// The part for speech: out of the microphone or a recording come words.
import { post, postForEvents } from "./api.js";
import { copyOnClick } from "./elements.js";
import { whenChosen } from "./files.js";
import { Job } from "./job.js";
import { Level } from "./level.js";
import { offerModels, offerPanel } from "./models.js";
import { Recorder } from "./recorder.js";
import { Transcript } from "./transcript.js";
import { readableRecording } from "./wave.js";

const panel = document.getElementById("speech");
const find = (selector) => panel.querySelector(selector);
let job;
let transcript;
let level;
let recorder = null;

/** Gives the function that takes a recording. */
export function startSpeech() {
  offerPanel(panel, ["transcribe-audio"]);
  offerModels(find(".model"), "transcribe-audio");
  job = new Job(panel);
  transcript = new Transcript(panel);
  level = new Level(find(".level"), find(".clock"));
  whenChosen(find("#speech-file"), take);
  find("#speak").addEventListener("click", () => (recorder ? recorder.stop() : speak()));
  find(".again").addEventListener("click", () => take(transcript.recording));
  copyOnClick(find(".copy"), () => transcript.text);
  return take;
}

const take = (file) => job.run("Listening…", (signal, say) => transcribe(file, signal, say));

function speak() {
  return job.run("Starting the microphone…", async (signal, say) => {
    const mine = new Recorder(signal, (loudness, seconds) => level.show(loudness, seconds));
    const recording = await recorded(mine, say);
    say("Listening…");
    return transcribe(recording, signal, say);
  });
}

async function recorded(mine, say) {
  recorder = mine;
  showRecording(true);
  try {
    return await mine.record(() => say("Speak now. Press Stop when you are done."));
  } finally {
    // Another recording may have taken this one's place.
    if (recorder === mine) {
      recorder = null;
      showRecording(false);
    }
  }
}

function showRecording(isOn) {
  panel.classList.toggle("recording", isOn);
  find("#speak .name").textContent = isOn ? "Stop" : "Speak";
  level.clear();
}

async function transcribe(file, signal, say) {
  const recording = await readableRecording(file);
  signal.throwIfAborted();
  transcript.begin(recording);
  find(".result").hidden = false;
  const asked = form(recording, { stream: "true" });
  for await (const event of postForEvents("v1/audio/transcriptions", asked, signal)) {
    if (event.type === "transcript.text.delta") transcript.add(event.delta);
    if (event.type === "transcript.text.done") transcript.finish(event.text);
  }
  if (!find("#speech-times").checked || !transcript.text) return transcript.text ? "" : "No words were heard";
  say("Finding when each word is spoken…");
  const timed = form(recording, { response_format: "verbose_json", "timestamp_granularities[]": "word" });
  const { words } = await post("v1/audio/transcriptions", timed, signal);
  transcript.showWords(words ?? []);
  return words?.length === 1 ? "1 word" : `${words?.length ?? 0} words`;
}

/** The form that the server takes, with what people have chosen. */
function form(recording, fields) {
  const body = new FormData();
  const chosen = { model: find("#speech-model").value, language: find("#speech-language").value.trim().toLowerCase() };
  for (const [name, value] of Object.entries({ ...chosen, ...fields })) if (value) body.append(name, value);
  body.append("file", recording, recording.name ?? "recording.wav");
  return body;
}
