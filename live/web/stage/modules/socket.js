// The camera's WebSocket: greets, sends, and connects again by itself. Changes of the text are kept until the app has
// heard them.

export const RETRY_MS = [100, 250, 500, 1000, 2000]; // waits between tries; the last one repeats
const UNKNOWN_SESSION = 4401;
const REFUSED = [1003, 1008, 1009, 4409, 4500]; // close codes after which connecting again would not help
const LASTED_MS = 5000; // a connection that ends sooner counts as one more try
export const VERSION = 1; // of the protocol

export function retryMs(tries) {
  return RETRY_MS[Math.min(tries, RETRY_MS.length - 1)];
}

export class CameraSocket {
  // onOpen(): the app has answered the greeting. onMessage(message, jpeg): jpeg may be null. onClose(reason): why it
  // stays closed, null if it connects again. onUnknown(): the app has restarted and does not know the session.
  constructor({ onOpen, onMessage, onClose, onUnknown }) {
    Object.assign(this, { onOpen, onMessage, onClose, onUnknown });
    this.pending = []; // changes of the text that the app has not heard yet
    this.lastNumber = 0; // of a change
    this.tries = 0;
    this.socket = null;
    this.timer = null;
  }

  get open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  // Connects to the session with this token. text(): what the browser has kept.
  connect(url, token, text) {
    if (token === this.token) return;
    if (this.token !== undefined) {
      this.pending = this.pending.filter(isForAnySession).map((command) => this.numbered(command));
    }
    Object.assign(this, { url, token, text, tries: 0 });
    this.dial();
  }

  dial() {
    clearTimeout(this.timer);
    this.hangUp();
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.greetedMs = performance.now();
      const text = this.text(); // this may add a change to those pending
      const n = this.pending.findLast((command) => command.do === "edit")?.n ?? 0; // the last edit in the text
      socket.send(JSON.stringify({ version: VERSION, token: this.token, text, n }));
    };
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = ({ code, reason }) => this.onLost(code, reason);
    this.socket = socket;
    this.greeted = false;
  }

  receive(data) {
    const [message, jpeg] = parse(data);
    this.lastNumber = Math.max(this.lastNumber, message.heard ?? 0); // in case the computer's clock was set back
    this.pending = this.pending.filter((command) => !(command.n <= message.heard)); // some messages have no `heard`
    if (!this.greeted) {
      this.greeted = true;
      this.roundTripMs = performance.now() - this.greetedMs; // what a small message takes
      for (const command of this.pending) this.send(command);
      this.onOpen();
    }
    this.onMessage(message, jpeg);
  }

  onLost(code, reason) {
    this.socket = null;
    if (this.greeted && performance.now() - this.greetedMs > LASTED_MS) this.tries = 0;
    if (REFUSED.includes(code)) return this.onClose(reason || "no reason was given");
    this.onClose(null);
    if (code === UNKNOWN_SESSION) this.onUnknown();
    // The page brings the token of a new session. Until then the old one is tried, but seldom.
    const wait = code === UNKNOWN_SESSION ? RETRY_MS.at(-1) : retryMs(this.tries++);
    this.timer = setTimeout(() => this.dial(), wait);
  }

  // Connects again, because the link is dead although the browser has not noticed.
  drop() {
    this.hangUp();
    this.onLost(1006, "");
  }

  // Sends a frame, or a command that does not change the text. Returns false if there is no connection: it is lost.
  send(message) {
    if (!this.open || !this.greeted) return false;
    this.socket.send(message instanceof Blob ? message : JSON.stringify(message));
    return true;
  }

  // Sends a change of the text, and sends it again after each reconnect until the app confirms it. The app makes each
  // change once.
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

// Whether a change that the app has not heard can be made in a new session. Edits are already in the greeting's text,
// and an undo would concern changes that the new session never made.
function isForAnySession({ do: name }) {
  return name !== "edit" && name !== "undo";
}

// A text message is JSON; a binary one is the length of the JSON, the JSON and a JPEG.
export function parse(data) {
  if (typeof data === "string") return [JSON.parse(data), null];
  const length = new DataView(data).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(data, 4, length));
  return [JSON.parse(text), new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" })];
}
