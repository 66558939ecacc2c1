// Decides when the next frame may be sent, how large it is, and how it is compressed.
//
// At most two frames are in flight, so a slow app or link lowers the rate by itself. If the app is busy, it also gets
// fewer frames. If the link is slow, it gets smaller files: first a lower quality, then a smaller picture. If the link
// only has a long delay, it keeps large files, because smaller ones would not arrive sooner.

export const LADDER = [
  { side: 640, quality: 0.7 },
  { side: 640, quality: 0.5 },
  { side: 640, quality: 0.35 },
  { side: 480, quality: 0.4 },
  { side: 400, quality: 0.4 },
  { side: 320, quality: 0.4 },
  { side: 320, quality: 0.25 },
]; // side: the longer one, in pixels; quality: of the JPEG, 0..1
export const MAX_IN_FLIGHT = 2;
export const MIN_INTERVALS_MS = [0, 60, 120, 240]; // least time between two frames; the busier the app, the longer

// The rung before the link has been measured. Its frames have 9 to 12 kB, so a link of 1 Mbit/s takes 90 ms for one.
const FIRST_RUNG = 3;
// Limits of the round-trip time over the link, without the app's own time. Above SLOW_MS files get smaller, below
// FAST_MS larger. With two frames in flight, and 30 ms more in browser and app, SLOW_MS gives nine readings a second. A
// step up makes files at most 1.5 times as large, so the time does not jump from FAST_MS to SLOW_MS.
const SLOW_MS = 180, FAST_MS = 100;
// The same limits for a link with a long delay, in addition to the round-trip time of an empty message, which smaller
// files cannot shorten. Each link uses the higher limit of both kinds. An addition of 65 ms cost two readings a second
// on a link of 150 ms.
const LONG_SLOW_MS = 65, LONG_FAST_MS = 30;
const VERY_SLOW = 2; // times the slow limit: take two steps down, so that a narrow link settles within two seconds
// The app's own time for a frame, including its wait for a processor: 10 to 20 ms for one person. At BUSY_MS, about
// four other people are read first.
const BUSY_MS = 80, IDLE_MS = 30;
const SAMPLES = 5; // the median of this many answers counts, so that two late ones change nothing
const FIRST_REST_MS = 2000, MAX_REST_MS = 30000; // wait between a step down and the next step up
const LOST_MS = 5000; // an answer that takes longer counts as lost

export class Pace {
  constructor() {
    this.rung = FIRST_RUNG;
    this.rate = 0;
    this.restMs = FIRST_REST_MS;
    this.upAllowedMs = -Infinity;
    this.reset();
  }

  // Forgets the frames in flight on a connection that has ended. emptyMs: the round-trip time of an empty message on
  // the new connection.
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
    return this.sentMs.length < MAX_IN_FLIGHT && nowMs - this.lastMs >= MIN_INTERVALS_MS[this.rate];
  }

  // The link was lost with frames in flight. Perhaps it only was too slow for them, so smaller ones come next.
  slowDown(nowMs) {
    this.stepDown(2, nowMs);
  }

  stepDown(steps, nowMs) {
    this.rung = Math.min(LADDER.length - 1, this.rung + steps);
    this.upAllowedMs = nowMs + this.restMs;
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
    const enough = this.links.length >= SAMPLES;
    if (linkMs > slowMs && enough && this.rung < LADDER.length - 1) {
      this.stepDown(linkMs > VERY_SLOW * slowMs ? 2 : 1, nowMs);
      this.restMs = Math.min(MAX_REST_MS, this.restMs * 2); // each failed step up doubles the wait
      this.links = [];
    } else if (linkMs < fastMs && this.rung > 0 && nowMs >= this.upAllowedMs && (enough || this.rung === FIRST_RUNG)) {
      this.rung--;
      this.links = [];
    }
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : 0;
}
