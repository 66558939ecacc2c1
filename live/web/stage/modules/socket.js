// The camera's WebSocket: sends the greeting, frames and commands, and reconnects by itself. It keeps changes of the
// text until the app has confirmed them.

export const RETRY_MS = [100, 250, 500, 1000, 2000]; // waits between tries; the last one repeats
const UNKNOWN_SESSION = 4401;
const REFUSED = [1003, 1008, 1009, 4409, 4500]; // close codes after which reconnecting would not help
const STABLE_MS = 5000; // a connection that ends sooner counts as a failed try
// A connection that is silent for QUIET_MS is asked for a message. It counts as dead if none comes within DEAD_MS, as does
// one that does not open within DEAD_MS.
const QUIET_MS = 2000, DEAD_MS = 5000;
const MAX_MISMATCHES = 3; // how often the page may run with a token that the socket's app does not know
export const VERSION = 1; // of the protocol

export function retryMs(tries) {
  return RETRY_MS[Math.min(tries, RETRY_MS.length - 1)];
}

export class CameraSocket {
  // onOpen(): the app has answered the greeting. onMessage(message, jpeg): jpeg may be null. onClose(reason): the
  // connection is closed; reason: why it stays closed, null if the socket reconnects. onUnknown(): the app has
  // restarted and does not know the session.
  constructor({ onOpen, onMessage, onClose, onUnknown }) {
    Object.assign(this, { onOpen, onMessage, onClose, onUnknown });
    this.pending = []; // changes of the text that the app has not confirmed yet
    this.lastNumber = 0; // of the newest change
    this.tries = 0;
    this.unknown = false; // the app that the socket reached last does not know the token
    this.mismatches = 0; // how often another replica of the app has confirmed that token meanwhile
    this.socket = null;
    this.timer = null;
  }

  get open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  // Connects to the session with this token. text(): returns the text that the browser has kept.
  connect(url, token, text) {
    if (token === this.token) return this.confirmToken();
    if (this.token !== undefined) {
      this.pending = this.pending.filter(isForAnySession).map((command) => this.numbered(command));
    }
    Object.assign(this, { url, token, text, tries: 0, unknown: false, mismatches: 0 });
    this.dial();
  }

  // The page has run, and its token is still the same.
  confirmToken() {
    if (!this.unknown || ++this.mismatches < MAX_MISMATCHES) return;
    clearTimeout(this.timer);
    this.hangUp();
    this.onClose("another copy of the app, which does not know this page, answers its camera");
  }

  dial() {
    clearTimeout(this.timer);
    this.hangUp();
    this.dialedMs = performance.now();
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.greetedMs = performance.now();
      const text = this.text(); // this may add an edit to this.pending
      const n = this.pending.findLast((command) => command.do === "edit")?.n ?? 0; // of the last edit in the text
      socket.send(JSON.stringify({ version: VERSION, token: this.token, text, n }));
    };
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = ({ code, reason }) => this.onLost(code, reason);
    this.socket = socket;
    this.greeted = false;
  }

  receive(data) {
    this.receivedMs = performance.now();
    this.askedMs = null;
    const [message, jpeg] = parse(data);
    this.lastNumber = Math.max(this.lastNumber, message.heard ?? 0); // in case the computer's clock was set back
    this.pending = this.pending.filter((command) => !(command.n <= message.heard)); // some messages have no `heard`
    if (!this.greeted) {
      this.greeted = true;
      this.unknown = false;
      this.roundTripMs = performance.now() - this.greetedMs; // of a small message
      for (const command of this.pending) this.send(command);
      this.onOpen();
    }
    this.onMessage(message, jpeg);
  }

  onLost(code, reason) {
    this.socket = null;
    if (this.greeted && performance.now() - this.greetedMs > STABLE_MS) this.tries = 0;
    if (REFUSED.includes(code)) return this.onClose(reason || "no reason was given");
    this.onClose(null);
    this.unknown = code === UNKNOWN_SESSION;
    if (this.unknown) this.onUnknown();
    // Streamlit will run the page, which creates a new session. Until then, try the old one at long intervals.
    const wait = this.unknown ? RETRY_MS.at(-1) : retryMs(this.tries++);
    this.timer = setTimeout(() => this.dial(), wait);
  }

  // Runs several times a second. Links can die without a word, so a silent app is asked for a message now and then.
  check(nowMs) {
    if (!this.socket) return;
    if (!this.greeted) {
      if (nowMs - this.dialedMs > DEAD_MS) this.drop();
    } else if (this.askedMs !== null) {
      if (nowMs - this.askedMs > DEAD_MS) this.drop();
    } else if (nowMs - this.receivedMs > QUIET_MS) {
      this.askedMs = nowMs;
      this.send({ do: "text" });
    }
  }

  // Reconnects. The link is dead, but the browser has not noticed.
  drop() {
    this.hangUp();
    this.onLost(1006, "");
  }

  // Sends a frame, or a command that does not change the text. Without a connection, drops it and returns false.
  send(message) {
    if (!this.open || !this.greeted) return false;
    this.socket.send(message instanceof Blob ? message : JSON.stringify(message));
    return true;
  }

  // Sends a change of the text, and sends it again after each reconnect until the app confirms it. The app applies
  // each change once.
  command(command) {
    const numbered = this.numbered(command);
    this.pending.push(numbered);
    this.send(numbered);
  }

  numbered(command) {
    this.lastNumber = Math.max(this.lastNumber + 1, Date.now());
    return { ...command, n: this.lastNumber };
  }

  hangUp() {
    if (!this.socket) return;
    Object.assign(this.socket, { onopen: null, onmessage: null, onclose: null });
    this.socket.close();
    this.socket = null;
  }

  close() {
    clearTimeout(this.timer);
    this.hangUp();
    this.token = undefined;
  }
}

// Whether a change that was not confirmed can be sent to a new session. The greeting's text already contains edits, and
// an undo would concern changes that the new session does not know.
function isForAnySession({ do: name }) {
  return name !== "edit" && name !== "undo";
}

// A text message is JSON. A binary message is the length of the JSON, the JSON and a JPEG.
export function parse(data) {
  if (typeof data === "string") return [JSON.parse(data), null];
  const length = new DataView(data).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(data, 4, length));
  return [JSON.parse(text), new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" })];
}
