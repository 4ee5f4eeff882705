"use strict";
(() => {
  const BATCH = 60; // cards to add when the reader nears the end of the list
  const SIGNS = { accept: "✔", improve: "!", reject: "✘", error: "–" };
  const MARKS = { pass: "•", warn: "!", fail: "✘", unknown: "?", skipped: "–" };
  const byId = (id) => document.getElementById(id);
  const data = (id) => JSON.parse(byId(id).textContent);
  const rows = data("rows"), sentences = data("sentences"), words = data("words");
  const FILTERS = ["verdict", "check", "order", "group", "shots", "mark", "search"];
  const initial = { verdict: "", check: "", order: byId("order").value, group: "", shots: "", mark: "", search: "" };
  const state = { ...initial };
  let chosen = [], drawn = 0, folder = null;
  let opened = null, own = ""; // the row of the open photo; the URL fragment as this page last wrote it
  const cardOf = new Map(); // the cards in the page, by row

  const fill = (text, facts) => text.replace(/{(\w+)}/g, (_, key) => facts[key]);
  const statusOf = (finding) => words.statuses[finding[1]];
  const isFault = (finding) => ["fail", "warn"].includes(statusOf(finding));

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
    const label = `${SIGNS[row.verdict]} ${words.short[row.verdict]}`;
    return make("span", { className: "badge" }, make("span", {}, label),
      make("span", {}, row.score === null ? "" : String(row.score)));
  }

  function faults(row) { // the first two faults: a card has little room
    return row.findings.filter(isFault).slice(0, 2).map((finding) => sentences[finding[3]]).join(" ");
  }

  function group(row) {
    if (!row.group) return [];
    const text = row.best ? fill(words.best_of, { count: row.group.count }) : fill(words.like, { path: row.group.best });
    return [make("p", { className: row.best ? "group best" : "group" }, text)];
  }

  // Marks are stored in this browser only, by the hash of the photo, so that they survive another scan.
  const marks = (() => {
    const key = document.body.dataset.storageKey;
    let kept = {}, storage = null;
    try {
      storage = window.localStorage;
      kept = JSON.parse(storage.getItem(key) || "{}");
    } catch { // without storage for local files, marks last until the page is closed
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

  function adviceList(row) { // for print: all advice
    const lines = row.error ? row.error.map((sentence) => sentences[sentence]) :
      row.findings.filter((f) => f[4] !== null && statusOf(f) !== "pass").map((f) => sentences[f[4]]);
    if (row.retake !== undefined) lines.push(sentences[row.retake]);
    return make("ol", {}, ...lines.map((line) => make("li", {}, line)));
  }

  function marked(row) {
    const mark = marks.of(row);
    return mark ? [make("span", { className: "marked" }, words[`mark_${mark}`])] : [];
  }

  function head(name) {
    const count = chosen.filter((row) => folderOf(row) === name).length;
    return make("li", { className: "folder" }, name || words.folder_here, " ", make("small", {}, String(count)));
  }

  function cards(list) { // with a heading at the start of each folder
    return list.flatMap((row) => {
      const begins = state.group === "folder" && folderOf(row) !== folder;
      if (begins) folder = folderOf(row);
      return begins ? [head(folder), card(row)] : [card(row)];
    });
  }

  function card(row) {
    const place = row.rank ? `${row.rank}. ` : "";
    const about = make("div", {}, badge(row), make("span", { className: "name" }, place + row.path), ...group(row));
    const summary = row.error ? sentences[row.error[0]] : faults(row);
    if (summary) about.append(make("p", {}, summary));
    about.append(adviceList(row));
    const shown = [...marked(row), picture(row), about];
    const button = make("button", { className: `card ${row.verdict} ${marks.of(row)}`, type: "button" }, ...shown);
    button.setAttribute("aria-label", fill(words.open, { path: row.path }));
    button.addEventListener("click", () => open(row));
    const item = make("li", {}, button);
    cardOf.set(row, item);
    return item;
  }

  function findings(title, list, numbered = null) {
    if (!list.length) return [];
    return [make("h3", {}, title), ...list.map((finding) => {
      const [, , , message, advice, name] = finding;
      const text = make("span", {}, make("b", {}, `${sentences[name]}: `), sentences[message]);
      if (advice !== null) text.append(make("span", { className: "advice" }, sentences[advice]));
      const number = numbered ? numbered.indexOf(finding) + 1 : 0;
      const mark = make("i", { ariaHidden: "true" }, number ? String(number) : MARKS[statusOf(finding)]);
      return make("div", { className: `finding ${statusOf(finding)}` }, mark, text);
    })];
  }

  function groupedByReason(title, list) { // most checks that do not apply share a reason
    const checks = new Map();
    for (const [check, , , message] of list) checks.set(message, [...(checks.get(message) || []), words.checks[check]]);
    return list.length ? [make("h3", {}, title), ...[...checks].map(([message, titles]) =>
      make("p", { className: "small" }, make("b", {}, `${titles.join(", ")}: `), sentences[message]))] : [];
  }

  function photoWithOverlay(row) { // the photo with the overlay of its findings
    if (!row.thumbnail) return picture(row);
    const drawn = row.overlay && new DOMParser().parseFromString(row.overlay, "image/svg+xml").documentElement;
    return make("div", { className: "frame" }, image(row), ...(drawn ? [document.importNode(drawn, true)] : []));
  }

  function crop(row) {
    if (row.retake !== undefined) return [make("h3", {}, words.crop), make("p", {}, sentences[row.retake])];
    if (!row.crop || !row.size || !row.thumbnail) return [];
    const [x, y, width, height] = row.crop.box, [w, h] = row.size, inside = image(row);
    const view = make("div", { className: "crop" }, inside);
    view.style.aspectRatio = `${width} / ${height}`;
    Object.assign(inside.style, { width: `${100 * w / width}%`, height: `${100 * h / height}%`,
      left: `${-100 * x / width}%`, top: `${-100 * y / height}%` });
    const named = (checks) => checks.map((check) => words.names[check]).join(", ");
    const [mends, titles] = [named(row.crop.mends), named(row.crop.costs)];
    const [left, side] = [Math.min(width, height), Math.min(w, h)];
    const parts = [mends && fill(words.crop_mends, { checks: mends }), left < side && fill(words.crop_costs_pixels, { left, side }),
      titles && fill(words.crop_costs, { titles }),
      row.crop.verdict && fill(words.crop_verdict, { verdict: words.inside[row.crop.verdict] })];
    const lines = [make("p", {}, parts.filter(Boolean).join(" "))];
    if (row.crop.score !== undefined)
      lines.unshift(make("p", { className: "points" }, fill(words.crop_score, { before: row.score, after: row.crop.score })));
    if (row.crop.file) lines.push(make("p", {}, fill(words.crop_file, { file: row.crop.file })));
    return [make("h3", {}, words.crop), view, ...lines];
  }

  function open(row) {
    opened = row;
    const at = chosen.indexOf(row);
    const status = (...names) => row.findings.filter((finding) => names.includes(statusOf(finding)));
    const failing = (advised) => status("fail", "warn").filter(([, , , , advice]) => (advice !== null) === advised);
    const numbered = [...failing(true), ...failing(false)];
    const name = make("h2", { id: "photo-name" }, row.path);
    const verdict = make("p", { className: `badge ${row.verdict}` },
      `${SIGNS[row.verdict]} ${words.verdict[row.verdict]}${row.score === null ? "" : ` · ${row.score}/100`}`);
    const error = (row.error || []).map((sentence) => make("p", {}, sentences[sentence]));
    byId("photo-body").replaceChildren(
      make("div", {}, name, verdict, ...error),
      make("div", { className: "side" }, photoWithOverlay(row), make("p", {}, row.size ? `${row.size[0]} × ${row.size[1]} px` : ""),
        ...crop(row)),
      make("div", {}, ...findings(words.fix, failing(true), numbered), ...findings(words.noticed, failing(false), numbered),
        ...findings(words.good, status("pass")), ...findings(words.untold, status("unknown")),
        ...groupedByReason(words.skipped, status("skipped"))));
    byId("place").textContent = fill(words.place, { number: at + 1, count: chosen.length });
    byId("previous").disabled = at === 0;
    byId("next").disabled = at === chosen.length - 1;
    for (const mark of ["seen", "overruled"]) byId(mark).setAttribute("aria-pressed", String(marks.of(row) === mark));
    if (!byId("photo").open) byId("photo").showModal();
    byId("photo").scrollTop = 0;
    saveState();
  }

  function step(by) {
    const row = opened && chosen[chosen.indexOf(opened) + by];
    if (row) open(row);
  }

  function toggle(mark) {
    const row = opened;
    marks.set(row, marks.of(row) === mark ? "" : mark);
    cardOf.get(row)?.replaceWith(card(row));
    open(row);
  }

  function saveState() { // the URL contains filters and photo, so that it can be shared and bookmarked
    const params = new URLSearchParams(FILTERS.filter((key) => state[key] !== initial[key]).map((key) => [key, state[key]]));
    if (opened && byId("photo").open) params.set("photo", opened.path);
    const hash = String(params);
    own = hash;
    if (hash !== location.hash.slice(1)) location.replace(`#${hash}`);
  }

  function restore() { // apply the URL, as far as it is valid for this page
    const params = new URLSearchParams(location.hash.slice(1));
    for (const key of FILTERS) {
      const value = params.get(key) ?? initial[key], field = byId(key);
      const known = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value);
      state[key] = known ? value : initial[key];
      field.value = state[key];
    }
    opened = null;
    update();
    const row = chosen.find((one) => one.path === params.get("photo"));
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
      (state.check === "" || row.findings.some((f) => f[0] === Number(state.check) && isFault(f))) &&
      (!row.group || row.best || state.shots === "all") && (!state.mark || (marks.of(row) || "none") === state.mark) &&
      row.path.toLowerCase().includes(state.search.toLowerCase());
  }

  function more() {
    byId("photos").append(...cards(chosen.slice(drawn, drawn + BATCH)));
    drawn = Math.min(drawn + BATCH, chosen.length);
  }

  function filtersInWords() { // for print
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
    cardOf.clear();
    byId("shown").textContent = chosen.length ? fill(words.shown, { shown: chosen.length, all: rows.length }) : words.none;
    for (const key of ["verdict", "check"]) {
      byId(key).value = state[key];
      for (const button of document.querySelectorAll(`[data-${key}]`))
        button.setAttribute("aria-pressed", String(button.dataset[key] === state[key]));
    }
    more();
    saveState();
    end.unobserve(byId("more")); // observing it again reports at once whether the end is still visible
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
    if (byId("photo").open) return; // the event is late: another photo has been opened
    opened = null;
    saveState();
  });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  for (const mark of ["seen", "overruled"]) byId(mark).addEventListener("click", () => toggle(mark));
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), s: () => toggle("seen"), o: () => toggle("overruled") };
    if (byId("photo").open && keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  addEventListener("beforeprint", () => { // paper does not scroll, so add every photo
    byId("photos").append(...cards(chosen.slice(drawn)));
    drawn = chosen.length;
    byId("chosen").textContent = filtersInWords();
  });
  addEventListener("hashchange", () => {
    if (location.hash.slice(1) !== own) restore();
  });
  byId("group-of").hidden = new Set(rows.map(folderOf)).size < 2;
  byId("shots-of").hidden = !rows.some((row) => row.group);
  restore();
})();
