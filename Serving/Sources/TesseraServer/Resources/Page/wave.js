// WAV files of one channel with 16 bits, and recordings of kinds that the server does not read, which become such.
import { Resampler, joined } from "./resampler.js";

const rate = 16000;

/** A WAV file of blocks of samples between -1 and 1. */
export function waveFile(parts, sampleRate) {
  const samples = joined(parts);
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (offset, letters) => [...letters].forEach((letter, index) => view.setUint8(offset + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => {
    view.setInt16(44 + index * 2, Math.round(Math.min(Math.max(sample, -1), 1) * 32767), true);
  });
  return new File([view], "recording.wav", { type: "audio/wav" });
}

/** The recording as it is where the server reads its kind, else as WAV where the browser can decode it. */
export async function readableRecording(file) {
  const isRead = /\.(wav|flac|ogg|oga|opus|mp3|aiff?|au|caf)$/i.test(file.name ?? "");
  if (isRead || /^audio\/(x-)?(wav|flac|ogg|mpeg|aiff)/.test(file.type)) return file;
  const context = new OfflineAudioContext(1, 1, 48000);
  try {
    const decoded = await context.decodeAudioData(await file.arrayBuffer());
    const resampler = new Resampler(decoded.sampleRate, rate);
    return waveFile([resampler.add(oneChannel(decoded)), resampler.rest()], rate);
  } catch {
    // The server says what is wrong with it.
    return file;
  }
}

function oneChannel(decoded) {
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, index) => decoded.getChannelData(index));
  return channels[0].map((_, index) => channels.reduce((sum, channel) => sum + channel[index], 0) / channels.length);
}
