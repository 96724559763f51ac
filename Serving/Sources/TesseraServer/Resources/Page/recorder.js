// Records the microphone, as a WAV file of one channel and 16 kHz, which models of speech hear.
import { ServerError } from "./api.js";
import { Resampler } from "./resampler.js";
import { waveFile } from "./wave.js";

const rate = 16000;
/** Seconds after which a recording ends by itself. */
const longest = 600;

export class Recorder {
  #signal;
  #showLevel;
  #hear;
  #parts = [];
  #count = 0;
  #stop = () => {};

  /**
   * @param signal discards the recording when it is aborted.
   * @param showLevel is told how loud it is, from 0 to 1, and how many seconds there are.
   * @param hear takes samples as they come, and how many there are a second.
   */
  constructor(signal, showLevel, hear) {
    this.#signal = signal;
    this.#hear = hear;
    this.#showLevel = showLevel;
  }

  /** Records until `stop`; calls `whenStarted` when the microphone is on. */
  async record(whenStarted) {
    const stream = await microphone();
    const context = new AudioContext();
    try {
      this.#signal.throwIfAborted();
      await context.audioWorklet.addModule("recorder-worklet.js");
      await context.resume();
      const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
      context.createMediaStreamSource(stream).connect(node);
      const resampler = new Resampler(context.sampleRate, rate);
      // A microphone that is pulled out ends the recording.
      for (const track of stream.getTracks()) track.onended = () => this.stop();
      node.port.onmessage = ({ data }) => {
        this.#take(data, resampler);
        this.#hear(data, context.sampleRate);
      };
      whenStarted();
      await this.#stopped();
      this.#keep(resampler.rest());
      return waveFile(this.#parts, rate);
    } finally {
      for (const track of stream.getTracks()) track.stop();
      context.close();
    }
  }

  stop() {
    this.#stop();
  }

  #stopped() {
    return new Promise((resolve, reject) => {
      this.#stop = resolve;
      this.#signal.addEventListener("abort", () => reject(this.#signal.reason));
      if (this.#signal.aborted) reject(this.#signal.reason);
    });
  }

  #take(samples, resampler) {
    this.#keep(resampler.add(samples));
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // From silence at -60 dB to full at 0 dB, as ears take loudness.
    const loudness = Math.min(Math.max(1 + (10 * Math.log10(power + 1e-9)) / 60, 0), 1);
    this.#showLevel(loudness, this.#count / rate);
    if (this.#count >= longest * rate) this.#stop();
  }

  #keep(samples) {
    this.#parts.push(samples);
    this.#count += samples.length;
  }
}

async function microphone() {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new ServerError("The browser gives a microphone only to pages from localhost or over HTTPS. A recording can be chosen all the same.");
  }
  try {
    const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    const reasons = {
      NotAllowedError: "The microphone is not allowed here. The browser’s settings for this page can allow it.",
      NotFoundError: "No microphone was found.",
      NotReadableError: "The microphone is in use by another program.",
    };
    throw new ServerError(reasons[error.name] ?? `The microphone cannot be used: ${error.message}`);
  }
}
