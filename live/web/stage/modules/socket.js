// The camera's WebSocket: greets, sends, and connects again by itself. Commands are kept until the app has heard them.

export const RETRY_MS = [100, 250, 500, 1000, 2000]; // the last one again and again
const UNKNOWN_SESSION = 4401;
const REFUSED = [1003, 1008, 1009, 4409, 4500]; // connecting again would change nothing
const LASTED_MS = 5000; // a connection of less counts as one more try
export const VERSION = 1; // of the protocol, which this script speaks

export function retryMs(tries) {
  return RETRY_MS[Math.min(tries, RETRY_MS.length - 1)];
}

export class CameraSocket {
  // onOpen(), onMessage(message, jpeg or null), onClose(reason or null: why it stays closed), onUnknown(): the app has
  // been started anew and knows no such session
  constructor({ onOpen, onMessage, onClose, onUnknown }) {
    Object.assign(this, { onOpen, onMessage, onClose, onUnknown });
    this.pending = [];
    this.sent = 0;
    this.tries = 0;
    this.socket = null;
    this.timer = null;
  }

  get open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  // Connect as the session with this token; text() is what the browser has kept.
  connect(url, token, text) {
    if (token === this.token) return;
    if (this.token !== undefined) this.pending = this.pending.filter(isForAnySession).map((each) => this.numbered(each));
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
      const text = this.text(); // which may send a change
      const n = this.pending.findLast((command) => command.do === "edit")?.n ?? 0; // the last one that is in the text
      socket.send(JSON.stringify({ version: VERSION, token: this.token, text, n }));
    };
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code, reason }) => this.lost(code, reason);
    this.socket = socket;
    this.greeted = false;
  }

  take(data) {
    const [message, jpeg] = parse(data);
    this.sent = Math.max(this.sent, message.heard ?? 0); // in case the computer's clock has gone back
    this.pending = this.pending.filter((command) => !(command.n <= message.heard)); // not every message tells
    if (!this.greeted) {
      this.greeted = true;
      this.roundTripMs = performance.now() - this.greetedMs; // of a small message
      for (const command of this.pending) this.send(command);
      this.onOpen();
    }
    this.onMessage(message, jpeg);
  }

  lost(code, reason) {
    this.socket = null;
    if (this.greeted && performance.now() - this.greetedMs > LASTED_MS) this.tries = 0;
    if (REFUSED.includes(code)) return this.onClose(reason || "no reason was given");
    this.onClose(null);
    if (code === UNKNOWN_SESSION) this.onUnknown();
    // A new session's token comes with the page; until then the old one is tried, but seldom.
    const wait = code === UNKNOWN_SESSION ? RETRY_MS.at(-1) : retryMs(this.tries++);
    this.timer = setTimeout(() => this.dial(), wait);
  }

  // The link is dead, though nobody has said so: connect again.
  drop() {
    this.hangUp();
    this.lost(1006, "");
  }

  // Sends a frame, or a command that does not change the text. Without a connection it is lost.
  send(message) {
    if (!this.open || !this.greeted) return false;
    this.socket.send(message instanceof Blob ? message : JSON.stringify(message));
    return true;
  }

  // Sends a change of the text, again after each reconnect until the app confirms it. The app makes each change once.
  command(command) {
    const numbered = this.numbered(command);
    this.pending.push(numbered);
    this.send(numbered);
  }

  numbered(command) {
    this.sent = Math.max(this.sent + 1, Date.now());
    return { ...command, n: this.sent };
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

// Whether a change that the app has not heard can be made in a new session. What was edited is in the text that greets it.
function isForAnySession({ do: how }) {
  return how !== "edit" && how !== "undo";
}

// A text message is JSON; a binary one is the length of the JSON, the JSON and a JPEG.
export function parse(data) {
  if (typeof data === "string") return [JSON.parse(data), null];
  const length = new DataView(data).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(data, 4, length));
  return [JSON.parse(text), new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" })];
}
