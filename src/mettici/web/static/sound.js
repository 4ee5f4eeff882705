// The countdown aloud, for people who look into the lens and not at the page. Numbers are spoken where the browser has
// a voice of its own for the language, else they are tones; both are made here, and nothing is loaded or sent.
import { lang } from "./texts.js";

const KEY = "mettici-sound";
const [NUMBER, SHUTTER] = [660, 1320]; // Hz
const LENGTH = 0.14; // s
const LOUDNESS = 0.25;

// A choice worth remembering; browsers that keep nothing ask for it anew.
function stored(value) {
  try {
    if (value) localStorage.setItem(KEY, value);
    return localStorage.getItem(KEY);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export class Sound {
  #on = stored() !== "off";
  #context = null;

  get on() {
    return this.#on;
  }

  set on(on) {
    this.#on = on;
    stored(on ? "on" : "off");
    if (!on) globalThis.speechSynthesis?.cancel();
  }

  number(number) {
    if (!this.#on) return;
    const voice = globalThis.speechSynthesis?.getVoices().find((one) => one.localService && one.lang.startsWith(lang()));
    if (!voice) return this.#tone(NUMBER);
    const spoken = new SpeechSynthesisUtterance(String(number));
    Object.assign(spoken, { voice, lang: voice.lang, rate: 1.2 });
    speechSynthesis.cancel(); // a number that is late is of no use
    speechSynthesis.speak(spoken);
  }

  shutter() {
    if (this.#on) this.#tone(SHUTTER);
  }

  // Once the shutter has sounded.
  stop() {
    const context = this.#context;
    this.#context = null;
    setTimeout(() => context?.close(), 2000 * LENGTH);
  }

  #tone(frequency) {
    if (!navigator.userActivation?.hasBeenActive) return; // browsers let no page sound before it was touched
    this.#context ??= new AudioContext();
    const { currentTime, destination } = this.#context;
    const oscillator = new OscillatorNode(this.#context, { frequency });
    const gain = new GainNode(this.#context, { gain: LOUDNESS });
    gain.gain.setTargetAtTime(0, currentTime + LENGTH / 2, LENGTH / 6);
    oscillator.connect(gain).connect(destination);
    oscillator.start();
    oscillator.stop(currentTime + LENGTH);
  }
}
