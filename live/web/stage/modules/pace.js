// When the next frame may be sent, how large it is, and how it is compressed.
//
// A slow app or link first lowers the rate, since no more than two frames are under way. An app that is busy is then
// asked less often. A link that is slow gets smaller files: first a lower quality, then a smaller picture.

export const LADDER = [
  { side: 640, quality: 0.7 },
  { side: 640, quality: 0.5 },
  { side: 640, quality: 0.35 },
  { side: 480, quality: 0.4 },
  { side: 400, quality: 0.4 },
  { side: 320, quality: 0.4 },
  { side: 320, quality: 0.25 },
]; // side: the longer one, in pixels; quality: of the JPEG, 0..1
export const MOST_IN_FLIGHT = 2;
export const RATES = [0, 60, 120, 240]; // least milliseconds between two frames

const FIRST_RUNG = 3; // until the link is known
const SLOW_MS = 180, FAST_MS = 100, VERY_SLOW_MS = 360; // of the link, there and back
const BUSY_MS = 80, IDLE_MS = 30; // of the app, waiting included
const SAMPLES = 5;
const FIRST_REST_MS = 2000, LONGEST_REST_MS = 30000; // after a step down, until the next step up
const LOST_MS = 5000; // an answer that has not come by then is not waited for

export class Pace {
  constructor() {
    this.rung = FIRST_RUNG;
    this.rate = 0;
    this.restMs = FIRST_REST_MS;
    this.upAllowedMs = -Infinity;
    this.reset();
  }

  // Forget what is under way: of a connection that has ended.
  reset() {
    this.sentMs = [];
    this.lastMs = -Infinity;
    this.links = [];
    this.waits = [];
  }

  get encoding() {
    return LADDER[this.rung];
  }

  // Whether a frame may go at nowMs.
  ready(nowMs) {
    this.sentMs = this.sentMs.filter((ms) => nowMs - ms < LOST_MS);
    return this.sentMs.length < MOST_IN_FLIGHT && nowMs - this.lastMs >= RATES[this.rate];
  }

  sent(nowMs) {
    this.sentMs.push(nowMs);
    this.lastMs = nowMs;
  }

  // The oldest frame's answer has come; the app itself took serverMs of the time.
  answered(nowMs, serverMs) {
    const sentMs = this.sentMs.shift();
    if (sentMs === undefined) return;
    this.links.push(Math.max(0, nowMs - sentMs - serverMs));
    this.waits.push(serverMs);
    if (this.links.length > SAMPLES) this.links.shift();
    if (this.waits.length > SAMPLES) this.waits.shift();
    this.adaptRate();
    this.adaptEncoding(nowMs);
  }

  adaptRate() {
    if (this.waits.length < SAMPLES) return;
    const waitMs = median(this.waits);
    if (waitMs > BUSY_MS && this.rate < RATES.length - 1) this.rate++;
    else if (waitMs < IDLE_MS && this.rate > 0) this.rate--;
    else return;
    this.waits = [];
  }

  adaptEncoding(nowMs) {
    const linkMs = median(this.links);
    const sure = this.links.length >= SAMPLES;
    if (linkMs > SLOW_MS && sure && this.rung < LADDER.length - 1) {
      this.rung = Math.min(LADDER.length - 1, this.rung + (linkMs > VERY_SLOW_MS ? 2 : 1));
      this.upAllowedMs = nowMs + this.restMs;
      this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2); // each step up that fails is tried later again
      this.links = [];
    } else if (linkMs < FAST_MS && this.rung > 0 && nowMs >= this.upAllowedMs && (sure || this.rung === FIRST_RUNG)) {
      this.rung--;
      this.links = [];
    }
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : 0;
}
