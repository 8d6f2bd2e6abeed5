// The sandbox's time, carried on here between two looks at its clock. Costs the server nothing.
import { at, get } from "./api.js";

export class Clockface {
  #clock = null;
  #seen = 0;

  async load(sandbox) {
    this.take(await get(at(sandbox, "clock")));
    return this.#clock;
  }

  take(clock) {
    this.#clock = clock;
    this.#seen = performance.now();
  }

  get mode() {
    return this.#clock?.mode;
  }

  // Milliseconds since 1970, on the sandbox's clock.
  now() {
    if (!this.#clock) return Date.now();
    const pace = { frozen: 0, scaled: this.#clock.factor }[this.#clock.mode] ?? 1;
    return Date.parse(this.#clock.now) + (performance.now() - this.#seen) * pace;
  }
}

export function showTime(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "?" : date.toISOString().replace("T", " ").slice(0, 19);
}

export const showHour = (text) => text.slice(11, 19);

// "in 4 min", "3 h ago"
export function showDistance(ms) {
  const s = Math.abs(ms) / 1000;
  const [amount, unit] =
    s < 100 ? [s, "s"] : s < 6000 ? [s / 60, "min"] : s < 172800 ? [s / 3600, "h"] : [s / 86400, "d"];
  const told = `${Math.floor(amount)} ${unit}`;
  return ms < 0 ? `${told} ago` : `in ${told}`;
}
