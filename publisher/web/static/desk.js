// Comforts; every page works without them. Pages look every quarter of a minute whether
// something changed, while somebody sees them and nobody types; those that tell of something
// under way, more often, until it has ended. Files and folders can be dragged onto the form
// that takes them.
"use strict";
(() => {
  const EVERY = 15000;
  const main = document.getElementById("main");

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  function busy() {
    const active = document.activeElement;
    if (active && active.closest("input, textarea, select, iframe")) return true;
    const fields = [...main.querySelectorAll("input, textarea")];
    return fields.some((f) => f.checked !== f.defaultChecked || f.value !== f.defaultValue);
  }

  function renew(page) {
    const fresh = page.getElementById("main");
    if (!fresh) return;
    const now = [...main.querySelector(".column").children];
    const next = [...fresh.querySelector(".column").children];
    if (now.length !== next.length) {
      main.querySelector(".column").replaceWith(document.adoptNode(fresh.querySelector(".column")));
    } else {
      now.forEach((old, i) => {
        const open = [...old.querySelectorAll("details")].map((d) => d.open);
        const before = old.cloneNode(true);
        before.querySelectorAll("details").forEach((d) => d.removeAttribute("open"));
        const after = next[i].cloneNode(true);
        after.querySelectorAll("details").forEach((d) => d.removeAttribute("open"));
        if (before.outerHTML === after.outerHTML) return;
        const put = document.adoptNode(next[i]);
        put.querySelectorAll("details").forEach((d, n) => { if (open[n]) d.open = true; });
        const id = document.activeElement && old.contains(document.activeElement)
          ? document.activeElement.id || document.activeElement.getAttribute("href") : "";
        old.replaceWith(put);
        if (id) {
          const again = document.getElementById(id) || put.querySelector(`a[href="${CSS.escape(id)}"]`);
          if (again) again.focus({ preventScroll: true });
        }
      });
    }
    main.dataset.mark = fresh.dataset.mark || "";
  }

  async function look() {
    if (document.hidden || busy()) return;
    const answer = await fetch("/nhip", { redirect: "manual", cache: "no-store" });
    if (!answer.ok || (await answer.text()).trim() === main.dataset.mark) return;
    const page = await fetch(location.href, { redirect: "manual", cache: "no-store" });
    if (page.ok && !busy()) renew(parsed(await page.text()));
  }

  if (main && main.dataset.mark) {
    const tick = () => look().catch(() => {});
    setInterval(tick, EVERY);
    document.addEventListener("visibilitychange", tick);
  }

  // Something is under way: without a script, the page's head says the same.
  const again = main && Number(main.dataset.again);
  if (again) {
    const turn = async () => {
      const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
      const page = parsed(await answer.text());
      const fresh = page.getElementById("main");
      if (!fresh || !fresh.dataset.again) {
        location.reload();
        return;
      }
      renew(page);
      wait();
    };
    const wait = () => setTimeout(() => turn().catch(wait), again * 1000);
    wait();
  }

  // In the frame of a post no script runs and nothing looks again by itself.
  document.addEventListener("load", (event) => {
    const frame = event.target;
    if (!(frame instanceof HTMLIFrameElement) || !frame.contentDocument) return;
    const seconds = Number(frame.contentDocument.documentElement.dataset.again);
    if (seconds) setTimeout(() => frame.contentWindow.location.reload(), seconds * 1000);
  }, true);

  // Handing in

  async function files(entry, path) {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      return [[file, path + entry.name]];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) { // a reader gives a hundred at a time
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      for (const each of some) found.push(...await files(each, `${path}${entry.name}/`));
    }
    return found;
  }

  async function dropped(data) {
    const entries = [...data.items].map((i) => i.webkitGetAsEntry && i.webkitGetAsEntry());
    if (entries.some(Boolean)) {
      const found = [];
      for (const entry of entries.filter(Boolean)) found.push(...await files(entry, ""));
      if (found.length) return found;
    }
    return [...data.files].map((file) => [file, file.name]);
  }

  async function send(form, found, said) {
    said.textContent = form.dataset.sending.replace("{n}", found.length);
    const body = new FormData();
    body.append("token", form.elements.token.value);
    body.append("folder", form.elements.folder.value);
    for (const [file, path] of found) body.append("files", file, path);
    const answer = await fetch(form.action, { method: "POST", body });
    if (answer.redirected && answer.ok) {
      location.assign(answer.url);
      return;
    }
    const page = parsed(await answer.text()).getElementById("main");
    if (page) main.replaceWith(document.adoptNode(page));
  }

  const form = document.querySelector("form[data-sending]");
  if (form) {
    const zone = form.querySelector(".zone");
    const said = form.querySelector("[role=status]");
    zone.classList.add("ready");
    const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
    for (const name of ["dragenter", "dragover"]) {
      window.addEventListener(name, (event) => { stop(event); zone.classList.add("over"); });
    }
    window.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) zone.classList.remove("over");
    });
    window.addEventListener("drop", async (event) => {
      stop(event);
      zone.classList.remove("over");
      try {
        const found = await dropped(event.dataTransfer);
        if (found.length) await send(form, found, said);
      } catch {
        said.textContent = form.dataset.failed;
      }
    });
    form.addEventListener("submit", () => {
      const count = [...form.querySelectorAll("input[type=file]")]
        .reduce((sum, input) => sum + input.files.length, 0);
      if (count) said.textContent = form.dataset.sending.replace("{n}", count);
    });
  }
})();
