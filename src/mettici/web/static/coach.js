// The live coach: looks at frames as fast as the server answers, says what to do, and takes the photo when all is well.
import * as api from "./api.js";
import * as camera from "./camera.js";
import { announce, el, svg } from "./dom.js";
import { policy } from "./policy.js";
import { Sound } from "./sound.js";
import { Green, Steady } from "./steady.js";
import { t } from "./texts.js";

const PACE = 120; // ms between frames at least
const COUNT = 3;
const BEAT = 700; // ms for each number of the countdown
const FRAME = 512;
const SMOOTH = 0.55; // share of the newest outline in the one shown

// `taken` is called with the photo as a file, `left` when the person stops.
export class Coach {
  constructor(taken, left) {
    Object.assign(this, { taken, left, steady: new Steady(), green: new Green(), sound: new Sound(), running: false, outline: null });
    this.video = el("video", { muted: true, playsinline: true, autoplay: true, "aria-hidden": "true" });
    this.face = svg("polygon", { class: "outline" });
    this.count = el("div", { class: "count", "aria-hidden": "true" });
    this.hints = el("ul", { class: "hints" });
    this.flash = el("div", { class: "flash", "aria-hidden": "true" });
    this.mirror = el("div", { class: "mirror" }, this.video,
      svg("svg", { viewBox: `0 0 ${FRAME} ${FRAME}`, "aria-hidden": "true" },
        svg("ellipse", { class: "guide", cx: 256, cy: 214, rx: 116, ry: 152 }), this.face),
      this.hints, this.count, this.flash);
    this.now = el("button", { class: "button primary", type: "button", id: "shoot", "data-t": "coach_now", onclick: () => this.shoot() }, t("coach_now"));
    const stop = el("button", { class: "button", type: "button", id: "stop", "data-t": "coach_stop", onclick: () => this.left() }, t("coach_stop"));
    this.view = el("div", { class: "coach" },
      el("div", { class: "guidance" },
        el("h1", { tabindex: "-1", id: "verdict", "data-t": "coach" }, t("coach")),
        el("p", { class: "why", "data-t": "coach_lead" }, t("coach_lead"))),
      this.mirror,
      el("div", { class: "controls" }, el("div", { class: "actions" }, this.now, stop), aloud(this.sound),
        el("p", { class: "note", "data-t": "coach_mirror" }, t("coach_mirror"))));
  }

  title = () => t("coach");

  said = () => t("coach");

  nodes = () => [this.view];

  relabel() {} // its texts stand by their keys, and the next frame's hints come in the new language

  async start() {
    this.running = true;
    this.say([{ id: "start", text: t("coach_start") }]);
    const stream = await camera.start(this.video);
    if (!this.running) return camera.stop(stream);
    this.stream = stream;
    this.say([{ id: "start", text: t("coach_looking") }]);
    return this.look();
  }

  stop() {
    this.running = false;
    this.abort?.abort();
    clearTimeout(this.beat);
    camera.stop(this.stream);
    this.sound.stop();
  }

  // One frame at a time: the next is taken only when the last is answered, so the newest wins and none piles up.
  async look() {
    while (this.running) {
      const began = performance.now();
      let wait = PACE;
      try {
        this.abort = new AbortController();
        const seen = await api.coach(await camera.frame(this.video), policy(), this.abort.signal);
        if (this.running) this.show(seen);
      } catch (error) {
        if (!(error instanceof api.Problem)) {
          if (error.name === "AbortError") return;
          throw error;
        }
        wait = 1000 * error.wait;
      }
      await new Promise((done) => setTimeout(done, Math.max(0, wait - (performance.now() - began))));
    }
  }

  show(seen) {
    const now = performance.now();
    const green = this.green.update(seen.green, now);
    const hints = this.steady.update(seen.hints, now);
    this.draw(seen);
    this.mirror.classList.toggle("green", green);
    if (green) this.say([{ id: "green", text: t("coach_green") }]);
    else if (hints.length) this.say(hints);
    if (green && !this.counting) this.countDown(COUNT);
    if (!green) this.stopCounting();
  }

  draw({ outline, size }) {
    const k = FRAME / size[0];
    const fresh = outline.map(([x, y]) => [x * k, y * k]);
    const old = this.outline;
    this.outline = old?.length === fresh.length
      ? fresh.map(([x, y], i) => [old[i][0] + SMOOTH * (x - old[i][0]), old[i][1] + SMOOTH * (y - old[i][1])])
      : fresh;
    this.face.setAttribute("points", this.outline.map((p) => p.map((v) => v.toFixed(1))).join(" "));
  }

  say(hints) {
    const said = hints.map((hint) => hint.text).join(". ");
    if (said === this.said) return;
    this.said = said;
    this.hints.replaceChildren(...hints.map((hint) => el("li", { "data-hint": hint.id }, hint.text)));
    announce(said);
  }

  countDown(number) {
    this.counting = true;
    if (number === 0) return void this.shoot();
    this.count.textContent = String(number);
    this.sound.number(number);
    if (!this.sound.on) announce(String(number));
    this.beat = setTimeout(() => this.countDown(number - 1), BEAT);
  }

  stopCounting() {
    clearTimeout(this.beat);
    this.counting = false;
    this.count.textContent = "";
  }

  async shoot() {
    if (!this.stream || this.shooting) return;
    this.shooting = true;
    this.now.disabled = true;
    this.count.textContent = "";
    this.flash.classList.add("on");
    this.sound.shutter();
    const blob = await camera.photo(this.stream, this.video);
    this.stop();
    announce(t("coach_taken"));
    this.taken(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  }
}

function aloud(sound) {
  const box = el("input", { type: "checkbox", role: "switch", id: "aloud", checked: sound.on, onchange: () => (sound.on = box.checked) });
  return el("label", { class: "switch" }, box, el("span", { "data-t": "coach_aloud" }, t("coach_aloud")));
}
