"use strict";
(() => {
  const BATCH = 60; // cards added each time the end of the list comes near
  const SIGNS = { accept: "✔", improve: "!", reject: "✘", error: "–" };
  const MARKS = { pass: "•", warn: "!", fail: "✘", unknown: "?", skipped: "–" };
  const byId = (id) => document.getElementById(id);
  const data = (id) => JSON.parse(byId(id).textContent);
  const rows = data("rows"), said = data("said"), words = data("words");
  const FILTERS = ["verdict", "check", "order", "group", "shots", "mark", "search"];
  const initial = { verdict: "", check: "", order: byId("order").value, group: "", shots: "", mark: "", search: "" };
  const state = { ...initial };
  let chosen = [], drawn = 0, folder = null;
  let opened = null, own = ""; // the row whose photo is open; the address as this page wrote it
  const made = new Map(); // the cards that are there, by row

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

  function faults(row) { // the first two to fix, as the page has little room; they come in that order
    return row.findings.filter(toMend).slice(0, 2).map((finding) => said[finding[3]]).join(" ");
  }

  function group(row) {
    if (!row.group) return [];
    const text = row.best ? fill(words.best_of, { count: row.group.count }) : fill(words.like, { path: row.group.best });
    return [make("p", { className: row.best ? "group best" : "group" }, text)];
  }

  // Marks are this browser's alone: by the photo's own hash, so that they last through another scan.
  const marks = (() => {
    const key = document.body.dataset.marks;
    let kept = {}, storage = null;
    try {
      storage = window.localStorage;
      kept = JSON.parse(storage.getItem(key) || "{}");
    } catch { // a browser that keeps nothing for pages on disk: marks last as long as the page is open
      storage = null;
    }
    return {
      of: (row) => kept[row.id] || "",
      set: (row, mark) => {
        if (mark) kept[row.id] = mark;
        else delete kept[row.id];
        if (storage) storage.setItem(key, JSON.stringify(kept));
      },
    };
  })();

  const folderOf = (row) => row.path.slice(0, row.path.lastIndexOf("/") + 1);

  function advised(row) { // for print: all there is to do
    const told = row.error ? row.error.map((sentence) => said[sentence]) :
      row.findings.filter((f) => f[4] !== null && statusOf(f) !== "pass").map((f) => said[f[4]]);
    if (row.retake !== undefined) told.push(said[row.retake]);
    return make("ol", {}, ...told.map((sentence) => make("li", {}, sentence)));
  }

  function marked(row) {
    const mark = marks.of(row);
    return mark ? [make("span", { className: "marked" }, words[`mark_${mark}`])] : [];
  }

  function head(name) {
    const count = chosen.filter((row) => folderOf(row) === name).length;
    return make("li", { className: "folder" }, name || words.folder_here, " ", make("small", {}, String(count)));
  }

  function cards(list) { // with a heading where a folder begins
    return list.flatMap((row) => {
      const begins = state.group === "folder" && folderOf(row) !== folder;
      if (begins) folder = folderOf(row);
      return begins ? [head(folder), card(row)] : [card(row)];
    });
  }

  function card(row) {
    const place = row.rank ? `${row.rank}. ` : "";
    const about = make("div", {}, badge(row), make("span", { className: "name" }, place + row.path), ...group(row));
    const told = row.error ? said[row.error[0]] : faults(row);
    if (told) about.append(make("p", {}, told));
    about.append(advised(row));
    const shown = [...marked(row), picture(row), about];
    const button = make("button", { className: `card ${row.verdict} ${marks.of(row)}`, type: "button" }, ...shown);
    button.setAttribute("aria-label", fill(words.open, { path: row.path }));
    button.addEventListener("click", () => open(row));
    const item = make("li", {}, button);
    made.set(row, item);
    return item;
  }

  function findings(title, list, numbered = null) {
    if (!list.length) return [];
    return [make("h3", {}, title), ...list.map((finding) => {
      const [, , , message, advice, name] = finding;
      const text = make("span", {}, make("b", {}, `${said[name]}: `), said[message]);
      if (advice !== null) text.append(make("span", { className: "advice" }, said[advice]));
      const number = numbered ? numbered.indexOf(finding) + 1 : 0;
      const mark = make("i", { ariaHidden: "true" }, number ? String(number) : MARKS[statusOf(finding)]);
      return make("div", { className: `finding ${statusOf(finding)}` }, mark, text);
    })];
  }

  function together(title, list) { // what does not apply mostly does so for one reason
    const checks = new Map();
    for (const [check, , , message] of list) checks.set(message, [...(checks.get(message) || []), words.checks[check]]);
    return list.length ? [make("h3", {}, title), ...[...checks].map(([message, titles]) =>
      make("p", { className: "small" }, make("b", {}, `${titles.join(", ")}: `), said[message]))] : [];
  }

  function framed(row) { // the photo, with what was drawn of the findings laid over it
    if (!row.thumbnail) return picture(row);
    const drawn = row.overlay && new DOMParser().parseFromString(row.overlay, "image/svg+xml").documentElement;
    return make("div", { className: "frame" }, image(row), ...(drawn ? [document.importNode(drawn, true)] : []));
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
    const lines = [make("p", {}, told.filter(Boolean).join(" "))];
    if (row.crop.score !== undefined)
      lines.unshift(make("p", { className: "points" }, fill(words.crop_score, { before: row.score, after: row.crop.score })));
    if (row.crop.file) lines.push(make("p", {}, fill(words.crop_file, { file: row.crop.file })));
    return [make("h3", {}, words.crop), view, ...lines];
  }

  function open(row) {
    opened = row;
    const at = chosen.indexOf(row);
    const status = (...names) => row.findings.filter((finding) => names.includes(statusOf(finding)));
    const amiss = (advised) => status("fail", "warn").filter(([, , , , advice]) => (advice !== null) === advised);
    const numbered = [...amiss(true), ...amiss(false)];
    const name = make("h2", { id: "photo-name" }, row.path);
    const verdict = make("p", { className: `badge ${row.verdict}` },
      `${SIGNS[row.verdict]} ${words.verdict[row.verdict]}${row.score === null ? "" : ` · ${row.score}/100`}`);
    const error = (row.error || []).map((sentence) => make("p", {}, said[sentence]));
    byId("photo-body").replaceChildren(
      make("div", {}, name, verdict, ...error),
      make("div", { className: "side" }, framed(row), make("p", {}, row.size ? `${row.size[0]} × ${row.size[1]} px` : ""),
        ...crop(row)),
      make("div", {}, ...findings(words.fix, amiss(true), numbered), ...findings(words.noticed, amiss(false), numbered),
        ...findings(words.good, status("pass")), ...findings(words.untold, status("unknown")),
        ...together(words.skipped, status("skipped"))));
    byId("place").textContent = fill(words.place, { number: at + 1, count: chosen.length });
    byId("previous").disabled = at === 0;
    byId("next").disabled = at === chosen.length - 1;
    for (const mark of ["seen", "overruled"]) byId(mark).setAttribute("aria-pressed", String(marks.of(row) === mark));
    if (!byId("photo").open) byId("photo").showModal();
    byId("photo").scrollTop = 0;
    remember();
  }

  function step(by) {
    const row = opened && chosen[chosen.indexOf(opened) + by];
    if (row) open(row);
  }

  function toggle(mark) {
    const row = opened;
    marks.set(row, marks.of(row) === mark ? "" : mark);
    made.get(row)?.replaceWith(card(row));
    open(row);
  }

  function remember() { // the address holds filters and photo, so that it can be passed on and come back to
    const told = new URLSearchParams(FILTERS.filter((key) => state[key] !== initial[key]).map((key) => [key, state[key]]));
    if (opened && byId("photo").open) told.set("photo", opened.path);
    const hash = String(told);
    own = hash;
    if (hash !== location.hash.slice(1)) location.replace(`#${hash}`);
  }

  function recall() { // what an address says, as far as this page knows it
    const told = new URLSearchParams(location.hash.slice(1));
    for (const key of FILTERS) {
      const value = told.get(key) ?? initial[key], field = byId(key);
      const known = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value);
      state[key] = known ? value : initial[key];
      field.value = state[key];
    }
    opened = null;
    update();
    const row = chosen.find((one) => one.path === told.get("photo"));
    if (row) open(row);
    else byId("photo").close();
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
      (!row.group || row.best || state.shots === "all") && (!state.mark || (marks.of(row) || "none") === state.mark) &&
      row.path.toLowerCase().includes(state.search.toLowerCase());
  }

  function more() {
    byId("photos").append(...cards(chosen.slice(drawn, drawn + BATCH)));
    drawn = Math.min(drawn + BATCH, chosen.length);
  }

  function told() { // the filters in words, for print
    const named = FILTERS.filter((key) => state[key] !== initial[key]).map((key) => {
      const field = byId(key), label = field.parentElement.firstChild.textContent.trim();
      return `${label}: ${field.tagName === "SELECT" ? field.selectedOptions[0].text : state[key]}`;
    });
    return [byId("shown").textContent, ...named].join(" · ");
  }

  function update() {
    const inFolder = (a, b) => (state.group === "folder" ? compareNames(folderOf(a), folderOf(b)) : 0);
    chosen = rows.filter(matches).sort((a, b) => inFolder(a, b) || orders[state.order](a, b));
    [drawn, folder] = [0, null];
    byId("photos").replaceChildren();
    made.clear();
    byId("shown").textContent = chosen.length ? fill(words.shown, { shown: chosen.length, all: rows.length }) : words.none;
    for (const key of ["verdict", "check"]) {
      byId(key).value = state[key];
      for (const button of document.querySelectorAll(`[data-${key}]`))
        button.setAttribute("aria-pressed", String(button.dataset[key] === state[key]));
    }
    more();
    remember();
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
  for (const key of ["order", "group", "shots", "mark"])
    byId(key).addEventListener("change", (event) => { state[key] = event.target.value; update(); });
  byId("search").addEventListener("input", (event) => { state.search = event.target.value; update(); });
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  byId("photo").addEventListener("click", (event) => { if (event.target === byId("photo")) byId("photo").close(); });
  byId("photo").addEventListener("close", () => {
    if (byId("photo").open) return; // the event comes late: another photo was opened meanwhile
    opened = null;
    remember();
  });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  for (const mark of ["seen", "overruled"]) byId(mark).addEventListener("click", () => toggle(mark));
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), s: () => toggle("seen"), o: () => toggle("overruled") };
    if (byId("photo").open && keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  addEventListener("beforeprint", () => { // paper does not scroll: every photo has to be there
    byId("photos").append(...cards(chosen.slice(drawn)));
    drawn = chosen.length;
    byId("chosen").textContent = told();
  });
  addEventListener("hashchange", () => {
    if (location.hash.slice(1) !== own) recall();
  });
  byId("group-of").hidden = new Set(rows.map(folderOf)).size < 2;
  byId("shots-of").hidden = !rows.some((row) => row.group);
  recall();
})();
