// Runs beside the page, where the browser hands over sound, and passes it on in larger blocks as one channel.

class Recorder extends AudioWorkletProcessor {
  #block = new Float32Array(2048);
  #count = 0;

  process([channels]) {
    const length = channels[0]?.length ?? 0;
    for (let index = 0; index < length; index += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[index];
      this.#block[this.#count] = sum / channels.length;
      this.#count += 1;
      if (this.#count === this.#block.length) this.#send();
    }
    return true;
  }

  #send() {
    this.port.postMessage(this.#block, [this.#block.buffer]);
    this.#block = new Float32Array(2048);
    this.#count = 0;
  }
}

registerProcessor("recorder", Recorder);
