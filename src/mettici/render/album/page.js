"use strict";
(() => {
  const BATCH = 60; // cards added each time the end of the list comes near
  const SIGNS = { accept: "✔", improve: "!", reject: "✘", error: "–" };
  const MARKS = { pass: "•", warn: "!", fail: "✘", unknown: "?", skipped: "–" };
  const byId = (id) => document.getElementById(id);
  const data = (id) => JSON.parse(byId(id).textContent);
  const rows = data("rows"), said = data("said"), words = data("words");
  const state = { verdict: "", check: "", order: byId("order").value, search: "" };
  let chosen = [], drawn = 0;

  const fill = (text, facts) => text.replace(/{(\w+)}/g, (_, key) => facts[key]);
  const statusOf = (finding) => words.statuses[finding[1]];
  const toMend = (finding) => ["fail", "warn"].includes(statusOf(finding));

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function image(row) {
    return make("img", { src: `data:image/webp;base64,${row.thumbnail}`, alt: "", decoding: "async" });
  }

  function picture(row) {
    const shown = row.thumbnail ? image(row) : words.no_picture;
    return make("span", { className: "picture" }, shown);
  }

  function badge(row) {
    const told = `${SIGNS[row.verdict]} ${words.short[row.verdict]}`;
    return make("span", { className: "badge" }, make("span", {}, told),
      make("span", {}, row.score === null ? "" : String(row.score)));
  }

  function faults(row) { // the first two to mend, as the page has little room; they come in that order
    return row.findings.filter(toMend).slice(0, 2).map((finding) => said[finding[3]]).join(" ");
  }

  function group(row) {
    if (!row.group) return [];
    const text = row.best ? fill(words.best_of, { count: row.group.count }) : fill(words.like, { path: row.group.best });
    return [make("p", { className: row.best ? "group best" : "group" }, text)];
  }

  function card(row) {
    const place = row.rank ? `${row.rank}. ` : "";
    const about = make("div", {}, badge(row), make("span", { className: "name" }, place + row.path), ...group(row));
    const told = row.error ? said[row.error[0]] : faults(row);
    if (told) about.append(make("p", {}, told));
    const button = make("button", { className: `card ${row.verdict}`, type: "button" }, picture(row), about);
    button.setAttribute("aria-label", fill(words.open, { path: row.path }));
    button.addEventListener("click", () => open(row));
    return make("li", {}, button);
  }

  function findings(title, list) {
    if (!list.length) return [];
    return [make("h3", {}, title), ...list.map((finding) => {
      const [, , , message, advice, name] = finding;
      const text = make("span", {}, make("b", {}, `${said[name]}: `), said[message]);
      if (advice !== null) text.append(make("span", { className: "advice" }, said[advice]));
      const mark = make("i", { ariaHidden: "true" }, MARKS[statusOf(finding)]);
      return make("div", { className: `finding ${statusOf(finding)}` }, mark, text);
    })];
  }

  function together(title, list) { // what does not apply mostly does so for one reason
    const checks = new Map();
    for (const [check, , , message] of list) checks.set(message, [...(checks.get(message) || []), words.checks[check]]);
    return list.length ? [make("h3", {}, title), ...[...checks].map(([message, titles]) =>
      make("p", { className: "small" }, make("b", {}, `${titles.join(", ")}: `), said[message]))] : [];
  }

  function framed(row) { // the photo, with the suggested crop drawn on it
    if (!row.thumbnail) return picture(row);
    const frame = make("div", { className: "frame" }, image(row));
    if (row.crop && row.size) {
      const [x, y, width, height] = row.crop.box, [w, h] = row.size, mark = make("i");
      Object.assign(mark.style, { left: `${100 * x / w}%`, top: `${100 * y / h}%`,
        width: `${100 * width / w}%`, height: `${100 * height / h}%` });
      frame.append(mark);
    }
    return frame;
  }

  function crop(row) {
    if (row.retake !== undefined) return [make("h3", {}, words.crop), make("p", {}, said[row.retake])];
    if (!row.crop || !row.size || !row.thumbnail) return [];
    const [x, y, width, height] = row.crop.box, [w, h] = row.size, inside = image(row);
    const view = make("div", { className: "crop" }, inside);
    view.style.aspectRatio = `${width} / ${height}`;
    Object.assign(inside.style, { width: `${100 * w / width}%`, height: `${100 * h / height}%`,
      left: `${-100 * x / width}%`, top: `${-100 * y / height}%` });
    const named = (checks) => checks.map((check) => words.names[check]).join(", ");
    const [mends, titles] = [named(row.crop.mends), named(row.crop.costs)];
    const [left, side] = [Math.min(width, height), Math.min(w, h)];
    const told = [mends && fill(words.crop_mends, { checks: mends }), left < side && fill(words.crop_costs_pixels, { left, side }),
      titles && fill(words.crop_costs, { titles }),
      row.crop.verdict && fill(words.crop_verdict, { verdict: words.inside[row.crop.verdict] })];
    return [make("h3", {}, words.crop), view, make("p", {}, told.filter(Boolean).join(" "))];
  }

  function open(row) {
    const status = (...names) => row.findings.filter((finding) => names.includes(statusOf(finding)));
    const amiss = (advised) => status("fail", "warn").filter(([, , , , advice]) => (advice !== null) === advised);
    const name = make("h2", { id: "photo-name" }, row.path);
    const verdict = make("p", { className: `badge ${row.verdict}` },
      `${SIGNS[row.verdict]} ${words.verdict[row.verdict]}${row.score === null ? "" : ` · ${row.score}/100`}`);
    const error = (row.error || []).map((sentence) => make("p", {}, said[sentence]));
    byId("photo-body").replaceChildren(
      make("div", {}, name, verdict, ...error),
      make("div", { className: "side" }, framed(row), make("p", {}, row.size ? `${row.size[0]} × ${row.size[1]} px` : ""),
        ...crop(row)),
      make("div", {}, ...findings(words.mend, amiss(true)), ...findings(words.noticed, amiss(false)),
        ...findings(words.good, status("pass")), ...findings(words.untold, status("unknown")),
        ...together(words.skipped, status("skipped"))));
    byId("photo").showModal();
    byId("photo").scrollTop = 0;
  }

  const compareNames = new Intl.Collator(undefined, { numeric: true }).compare;
  const orders = {
    ranked: (a, b) => a.rank - b.rank,
    worst: (a, b) => (a.score ?? 101) - (b.score ?? 101) || compareNames(a.path, b.path),
    best: (a, b) => (b.score ?? -1) - (a.score ?? -1) || compareNames(a.path, b.path),
    name: (a, b) => compareNames(a.path, b.path),
  };

  function matches(row) {
    return (!state.verdict || row.verdict === state.verdict) &&
      (state.check === "" || row.findings.some((f) => f[0] === Number(state.check) && toMend(f))) &&
      row.path.toLowerCase().includes(state.search);
  }

  function more() {
    byId("photos").append(...chosen.slice(drawn, drawn + BATCH).map(card));
    drawn = Math.min(drawn + BATCH, chosen.length);
  }

  function update() {
    chosen = rows.filter(matches).sort(orders[state.order]);
    drawn = 0;
    byId("photos").replaceChildren();
    byId("shown").textContent = chosen.length ? fill(words.shown, { shown: chosen.length, all: rows.length }) : words.none;
    for (const key of ["verdict", "check"]) {
      byId(key).value = state[key];
      for (const button of document.querySelectorAll(`[data-${key}]`))
        button.setAttribute("aria-pressed", String(button.dataset[key] === state[key]));
    }
    more();
    end.unobserve(byId("more")); // observed anew, it tells at once whether the end is still in sight
    end.observe(byId("more"));
  }

  const end = new IntersectionObserver((seen) => {
    if (!seen[0].isIntersecting || drawn >= chosen.length) return;
    more();
    end.unobserve(byId("more"));
    end.observe(byId("more"));
  }, { rootMargin: "1200px" });

  for (const key of ["verdict", "check"]) {
    byId(key).addEventListener("change", (event) => { state[key] = event.target.value; update(); });
    for (const button of document.querySelectorAll(`[data-${key}]`))
      button.addEventListener("click", () => {
        state[key] = state[key] === button.dataset[key] ? "" : button.dataset[key];
        update();
      });
  }
  byId("order").addEventListener("change", (event) => { state.order = event.target.value; update(); });
  byId("search").addEventListener("input", (event) => { state.search = event.target.value.toLowerCase(); update(); });
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  byId("photo").addEventListener("click", (event) => { if (event.target === byId("photo")) byId("photo").close(); });
  update();
})();
