// The part for speech: out of the microphone or a recording come words.
import { post, postForEvents } from "./api.js";
import { copyOnClick } from "./elements.js";
import { whenChosen } from "./files.js";
import { Job } from "./job.js";
import { Level } from "./level.js";
import { LiveSpeech } from "./live.js";
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
    transcript.begin();
    find(".result").hidden = true;
    const live = new LiveSpeech(chosen(), (delta) => {
      find(".result").hidden = false;
      transcript.add(delta);
    });
    signal.addEventListener("abort", () => live.close());
    try {
      const showLevel = (loudness, seconds) => level.show(loudness, seconds);
      const recording = await recorded(new Recorder(signal, showLevel, (...sound) => live.hear(...sound)), say);
      say("Listening…");
      const text = await live.finish();
      signal.throwIfAborted();
      if (text === null) return await transcribe(recording, signal, say);
      offer(recording);
      transcript.finish(text);
      return await findTimes(recording, signal, say);
    } finally {
      live.close();
    }
  });
}

function offer(recording) {
  transcript.offer(recording);
  find(".result").hidden = false;
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
  transcript.begin();
  offer(recording);
  const asked = form(recording, { stream: "true" });
  for await (const event of postForEvents("v1/audio/transcriptions", asked, signal)) {
    if (event.type === "transcript.text.delta") transcript.add(event.delta);
    if (event.type === "transcript.text.done") transcript.finish(event.text);
  }
  return findTimes(recording, signal, say);
}

/** Says when each word is spoken, where people want to know it. */
async function findTimes(recording, signal, say) {
  if (!find("#speech-times").checked || !transcript.text) return transcript.text ? "" : "No words were heard";
  say("Finding when each word is spoken…");
  const timed = form(recording, { response_format: "verbose_json", "timestamp_granularities[]": "word" });
  const { words } = await post("v1/audio/transcriptions", timed, signal);
  transcript.showWords(words ?? []);
  return words?.length === 1 ? "1 word" : `${words?.length ?? 0} words`;
}

/** What people have chosen. */
function chosen() {
  const choice = { model: find("#speech-model").value, language: find("#speech-language").value.trim().toLowerCase() };
  return Object.fromEntries(Object.entries(choice).filter(([, value]) => value));
}

/** The form that the server takes. */
function form(recording, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...chosen(), ...fields })) body.append(name, value);
  body.append("file", recording, recording.name ?? "recording.wav");
  return body;
}
