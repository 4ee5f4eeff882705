// Keeps hints from flickering, and waits until green is stable. Pure: the caller passes the time in milliseconds.
export const APPEAR = 350; // ms that a hint must be given before it appears
export const HOLD = 1100; // ms that a hint stays, at least
export const GONE = 450; // ms without a hint before it disappears
export const GREEN = 1000; // ms of green before it counts
export const LAPSE = 700; // ms without green that are ignored once it counts
const MAX_SHOWN = 2;

export class StableHints {
  #hints = new Map();

  update(hints, now) {
    for (const { id, text } of hints) {
      const hint = this.#hints.get(id) ?? { id, first: now, shown: null };
      this.#hints.set(id, { ...hint, text, last: now });
    }
    for (const [id, hint] of this.#hints) {
      const done = hint.shown === null ? now > hint.last : now - hint.last >= GONE && now - hint.shown >= HOLD;
      if (done) this.#hints.delete(id);
    }
    const shown = () => [...this.#hints.values()].filter((hint) => hint.shown !== null);
    for (const hint of this.#hints.values())
      if (hint.shown === null && now - hint.first >= APPEAR && shown().length < MAX_SHOWN) hint.shown = now;
    return shown().map(({ id, text }) => ({ id, text }));
  }
}

export class StableGreen {
  #since = null;
  #last = null;

  update(green, now) {
    if (green) {
      this.#since ??= now;
      this.#last = now;
    } else if (this.#since !== null && (!this.#isStable() || now - this.#last >= LAPSE)) {
      this.#since = null;
    }
    return this.#isStable();
  }

  #isStable() {
    return this.#since !== null && this.#last - this.#since >= GREEN;
  }
}
