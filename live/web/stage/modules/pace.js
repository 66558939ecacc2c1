// When the next frame may be sent, how large it is, and how it is compressed.
//
// A slow app or link first lowers the rate, since at most two frames are under way. A busy app is then asked less
// often. A slow link gets smaller files: first a lower quality, then a smaller picture. A link that is only long gets
// large files, because smaller ones would not arrive sooner.

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
export const MIN_INTERVALS_MS = [0, 60, 120, 240]; // between two frames, by how busy the app is

// The rung until the link is known. Its frames have 9 to 12 kB: a link of 1 Mbit/s takes 90 ms for one.
const FIRST_RUNG = 3;
// The round trip over the link, without the app's own time. Above SLOW_MS files get smaller, below FAST_MS larger. With
// two frames under way, and 30 ms more in browser and app, SLOW_MS gives nine readings a second. A step up makes files
// at most 1.5 times as large, so it does not lead from FAST_MS straight to SLOW_MS.
const SLOW_MS = 180, FAST_MS = 100;
// The same for a long link, on top of the time that an empty message takes, which smaller files cannot lower. A link is
// slow only above LONG_SLOW_MS more, and fast at up to LONG_FAST_MS more. 65 ms cost two readings a second on a link of
// 150 ms.
const LONG_SLOW_MS = 65, LONG_FAST_MS = 30;
const VERY_SLOW = 2; // times as slow as slow: two steps down at once, so that a narrow link settles within two seconds
// The app's own time for a frame, including its wait for a processor: 10 to 20 ms for one person. At BUSY_MS about four
// other people were read first.
const BUSY_MS = 80, IDLE_MS = 30;
const SAMPLES = 5; // answers whose median counts, so that two late ones change nothing
const FIRST_REST_MS = 2000, LONGEST_REST_MS = 30000; // from a step down until a step up is tried
const LOST_MS = 5000; // an answer that takes longer is not expected any more

export class Pace {
  constructor() {
    this.rung = FIRST_RUNG;
    this.rate = 0;
    this.restMs = FIRST_REST_MS;
    this.upAllowedMs = -Infinity;
    this.reset();
  }

  // Forgets the frames under way of a connection that has ended. emptyMs: the round trip of an empty message on the new
  // one.
  reset(emptyMs = 0) {
    this.emptyMs = emptyMs;
    this.sentMs = [];
    this.lastMs = -Infinity;
    this.links = [];
    this.waits = [];
  }

  get encoding() {
    return LADDER[this.rung];
  }

  // Whether a frame may be sent at nowMs.
  ready(nowMs) {
    return this.sentMs.length < MOST_IN_FLIGHT && nowMs - this.lastMs >= MIN_INTERVALS_MS[this.rate];
  }

  // Whether the oldest answer is overdue, so that the link counts as dead.
  lost(nowMs) {
    return this.sentMs.length > 0 && nowMs - this.sentMs[0] > LOST_MS;
  }

  sent(nowMs) {
    this.sentMs.push(nowMs);
    this.lastMs = nowMs;
  }

  // The answer to the oldest frame has come. serverMs: the time that the app itself took.
  answered(nowMs, serverMs) {
    const sentMs = this.sentMs.shift();
    if (sentMs === undefined) return;
    const linkMs = Math.max(0, nowMs - sentMs - serverMs);
    this.emptyMs = Math.min(this.emptyMs, linkMs); // the app may have been busy when it answered the empty message
    this.links.push(linkMs);
    this.waits.push(serverMs);
    if (this.links.length > SAMPLES) this.links.shift();
    if (this.waits.length > SAMPLES) this.waits.shift();
    this.adaptRate();
    this.adaptEncoding(nowMs);
  }

  adaptRate() {
    if (this.waits.length < SAMPLES) return;
    const waitMs = median(this.waits);
    if (waitMs > BUSY_MS && this.rate < MIN_INTERVALS_MS.length - 1) this.rate++;
    else if (waitMs < IDLE_MS && this.rate > 0) this.rate--;
    else return;
    this.waits = [];
  }

  adaptEncoding(nowMs) {
    const linkMs = median(this.links);
    const slowMs = Math.max(SLOW_MS, this.emptyMs + LONG_SLOW_MS);
    const fastMs = Math.max(FAST_MS, this.emptyMs + LONG_FAST_MS);
    const sure = this.links.length >= SAMPLES;
    if (linkMs > slowMs && sure && this.rung < LADDER.length - 1) {
      this.rung = Math.min(LADDER.length - 1, this.rung + (linkMs > VERY_SLOW * slowMs ? 2 : 1));
      this.upAllowedMs = nowMs + this.restMs;
      this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2); // a step up that fails is tried again later and later
      this.links = [];
    } else if (linkMs < fastMs && this.rung > 0 && nowMs >= this.upAllowedMs && (sure || this.rung === FIRST_RUNG)) {
      this.rung--;
      this.links = [];
    }
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : 0;
}
