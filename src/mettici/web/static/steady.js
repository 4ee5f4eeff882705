// Hints that do not flicker, and a green that lasts. Pure: time is handed in, in milliseconds.
export const APPEAR = 350;
export const HOLD = 1100;
export const GONE = 450;
export const GREEN = 1000;
export const LAPSE = 700;
const MOST = 2;

// A hint appears once it was given for APPEAR ms, and goes once it was not given for GONE ms and shown for HOLD ms.
export class Steady {
  #known = new Map();

  update(hints, now) {
    for (const { id, text } of hints) {
      const hint = this.#known.get(id) ?? { id, first: now, shown: null };
      this.#known.set(id, { ...hint, text, last: now });
    }
    for (const [id, hint] of this.#known) {
      const done = hint.shown === null ? now > hint.last : now - hint.last >= GONE && now - hint.shown >= HOLD;
      if (done) this.#known.delete(id);
    }
    const shown = () => [...this.#known.values()].filter((hint) => hint.shown !== null);
    for (const hint of this.#known.values())
      if (hint.shown === null && now - hint.first >= APPEAR && shown().length < MOST) hint.shown = now;
    return shown().map(({ id, text }) => ({ id, text }));
  }
}

// Whether all has been green for a second; a lapse shorter than LAPSE ms is forgiven once it has.
export class Green {
  #since = null;
  #last = null;

  update(green, now) {
    if (green) {
      this.#since ??= now;
      this.#last = now;
    } else if (this.#since !== null && (!this.#lasted(now) || now - this.#last >= LAPSE)) {
      this.#since = null;
    }
    return this.#lasted(now);
  }

  #lasted(now) {
    return this.#since !== null && (this.#last - this.#since >= GREEN);
  }
}
