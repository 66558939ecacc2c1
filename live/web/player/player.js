// Plays a film of the drawn hand on a canvas. live.lessons.hand_film describes the film's fields.

class Player {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.button = root.querySelector("button");
    this.button.onclick = () => this.play();
    this.button.disabled = false; // until this script runs, a click has no effect
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.canvas);
  }

  // The page has run, so there may be another film.
  update({ film, number, mirror }) {
    this.root.classList.toggle("mirrored", mirror);
    if (number === this.number) return;
    const first = this.number === undefined;
    Object.assign(this, { film, number });
    this.stop();
    if (!first && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.play();
  }

  close() {
    this.stop();
    this.resizing.disconnect();
  }

  // Shows the film from its start.
  play() {
    this.stop();
    this.root.dataset.state = "playing";
    const startMs = performance.now();
    const last = this.film.frames.length - 1;
    const next = (nowMs) => {
      this.at = Math.min(last, Math.max(0, ((nowMs - startMs) / 1000) * this.film.posesPerS));
      this.draw();
      if (this.at < last) this.waiting = requestAnimationFrame(next);
      else this.end();
    };
    this.waiting = requestAnimationFrame(next);
  }

  // The film was shown to its end.
  end() {
    this.root.dataset.state = "ended";
    this.button.textContent = "Play again";
  }

  // Goes back to the start.
  stop() {
    cancelAnimationFrame(this.waiting);
    this.root.dataset.state = "ready";
    this.button.textContent = "Play";
    this.at = 0;
    this.draw();
  }

  // The canvas has another size: gives it as many pixels as the screen shows.
  fit() {
    const sidePx = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!sidePx) return;
    Object.assign(this.canvas, { width: sidePx, height: sidePx });
    this.draw();
  }

  // Draws the hand at this.at: between two poses, in the order of the earlier one.
  draw() {
    if (!this.film) return;
    const { frames, orders, parts, side, line, outline } = this.film;
    const n = Math.floor(this.at), share = this.at - n;
    const before = frames[n], after = frames[n + 1] ?? before;
    const points = before.map((value, i) => value + (after[i] - value) * share);
    const order = orders.findLast(([since]) => since <= n)[1];
    const context = this.canvas.getContext("2d");
    const scale = this.canvas.width / side;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, side, side);
    Object.assign(context, { lineCap: "round", lineJoin: "round" });
    for (const number of order) {
      const { joints, width, fill } = parts[number];
      context.beginPath();
      for (const joint of joints) context.lineTo(points[2 * joint], points[2 * joint + 1]);
      if (joints.length > 2) context.closePath();
      for (const [colour, lineWidth] of [[line, width + outline], [fill, width]]) {
        Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth });
        context.stroke();
        if (joints.length > 2) context.fill();
      }
    }
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".player");
  root.player ??= new Player(root);
  root.player.update(component.data);
  // Streamlit also cleans up after a call that a newer call has replaced. Close the player only once it has left.
  return () => root.isConnected || root.player.close();
}
