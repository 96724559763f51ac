// Requests to the server's API, and its answers and errors.
import { askForKey, storedKey } from "./key.js";

/** What went wrong, in words for people, and the member of the request that is to blame where one is. */
export class ServerError extends Error {
  constructor(message, parameter = null) {
    super(message);
    this.parameter = parameter;
  }
}

/** Sends a request, with a key where the server wants one; gives its answer, or throws a `ServerError`. */
export async function send(path, options = {}) {
  for (;;) {
    const response = await attempt(path, options);
    if (response.ok) return response;
    if (response.status !== 401) throw await refusal(response);
    if (!(await askForKey())) throw new ServerError("This server answers only with a key.");
    options.signal?.throwIfAborted();
  }
}

async function attempt(path, options) {
  const headers = new Headers(options.headers);
  const key = storedKey();
  if (key !== null) headers.set("Authorization", `Bearer ${key}`);
  try {
    return await fetch(path, { ...options, headers });
  } catch (error) {
    // What fetch says of a network differs between browsers, and helps nobody.
    if (error instanceof TypeError) throw new ServerError("The server does not answer. Is it still running?");
    throw error;
  }
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const message = body.error?.message ?? `The server answered with the status ${response.status}.`;
  const pause = response.headers.get("Retry-After");
  const advice = response.status === 429 && pause ? ` Try again in ${pause} s.` : "";
  return new ServerError(message + advice, body.error?.param ?? null);
}

/** Posts a form, a file or JSON; gives the JSON of the answer. */
export async function post(path, body, signal) {
  return (await sent(path, body, signal)).json();
}

/** Posts the same, and gives the events of the answer as they come. */
export async function* postForEvents(path, body, signal) {
  const response = await sent(path, body, signal);
  let rest = "";
  for await (const text of pieces(response.body.pipeThrough(new TextDecoderStream()))) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.replace(/^data: ?/, "");
      if (data === "[DONE]") return;
      const event = JSON.parse(data);
      if (event.error) throw new ServerError(event.error.message, event.error.param);
      yield event;
    }
  }
}

function sent(path, body, signal) {
  const isJSON = !(body instanceof FormData || body instanceof Blob);
  const headers = isJSON ? { "Content-Type": "application/json" } : {};
  return send(path, { method: "POST", headers, body: isJSON ? JSON.stringify(body) : body, signal });
}

// Not every browser can yet iterate over a stream itself.
async function* pieces(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
