// Speech on its way to the server while it is spoken, and words on their way back: OpenAI's realtime events, over a WebSocket.
import { storedKey } from "./key.js";
import { Resampler } from "./resampler.js";

/** Samples a second, as the events have them. */
const rate = 24000;

export class LiveSpeech {
  #socket = null;
  #resampler = null;
  #tell;
  /** What is said before the connection stands. */
  #waiting = [];
  #end;
  #text = new Promise((resolve) => (this.#end = resolve));

  /**
   * @param choice `model` and `language`, where people have chosen one.
   * @param tell is told what is new of the text.
   */
  constructor(choice, tell) {
    this.#tell = tell;
    try {
      this.#socket = new WebSocket(address(), protocols());
    } catch {
      // A key may have characters that a protocol's name has not.
      return this.close();
    }
    const input = { transcription: choice, turn_detection: null };
    this.#waiting = [{ type: "session.update", session: { type: "transcription", audio: { input } } }];
    this.#socket.onopen = () => this.#sendWaiting();
    this.#socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    this.#socket.onclose = () => this.close();
  }

  /** Takes samples of the microphone, of which there are so many a second. */
  hear(samples, sampleRate) {
    this.#resampler ??= new Resampler(sampleRate, rate);
    this.#append(this.#resampler.add(samples));
  }

  /** Gives the whole text, or null where it could not be heard while it was spoken. */
  finish() {
    if (this.#resampler) this.#append(this.#resampler.rest());
    this.#send({ type: "input_audio_buffer.commit" });
    return this.#text;
  }

  close() {
    this.#end(null);
    this.#socket?.close();
  }

  #take(event) {
    if (event.type.endsWith("transcription.delta")) this.#tell(event.delta);
    if (event.type.endsWith("transcription.completed")) this.#end(event.transcript);
    // The recording is sent as a whole then, and what is wrong is told of that.
    if (event.type === "error" || event.type.endsWith("transcription.failed")) this.close();
  }

  #append(samples) {
    if (samples.length > 0) this.#send({ type: "input_audio_buffer.append", audio: inBase64(samples) });
  }

  #send(event) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event));
    else if (this.#socket?.readyState === WebSocket.CONNECTING) this.#waiting.push(event);
  }

  #sendWaiting() {
    for (const event of this.#waiting.splice(0)) this.#send(event);
  }
}

function address() {
  const address = new URL("v1/realtime?intent=transcription", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address;
}

function protocols() {
  const key = storedKey();
  return key === null ? ["realtime"] : ["realtime", `openai-insecure-api-key.${key}`];
}

/** 16 bits with a sign, the least significant byte first, as text. */
function inBase64(samples) {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, index) => {
    view.setInt16(2 * index, Math.round(32767 * Math.min(Math.max(sample, -1), 1)), true);
  });
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
}
