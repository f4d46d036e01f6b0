// Small comforts on pages that work without them. All is delegated from the document, for what htmx brings later.
(() => {
  "use strict";
  const doc = document;
  const on = (type, listener, capture) => doc.addEventListener(type, listener, capture);
  const find = (selector) => doc.querySelector(selector);
  const typing = "textarea,select,[contenteditable],input:not([type=radio],[type=checkbox])";

  // Said to screen readers, outside of what gets swapped.
  const say = (sentence) => {
    const status = find("#status");
    if (status) status.textContent = sentence;
  };

  // Toasts go by hand, with the next success, or after 10 s.
  const toasts = find("#toasts");
  const leave = (toast, delay) => setTimeout(() => {
    if (toast.matches(":hover,:focus-within")) leave(toast, 4000);
    else toast.remove();
  }, delay);
  const words = (toast) => toast.querySelector("p")?.firstChild?.textContent;
  const toast = (sentence) => {
    const box = doc.createElement("div");
    box.className = "toast";
    const text = doc.createElement("p");
    text.textContent = sentence;
    const close = doc.createElement("button");
    close.type = "button";
    close.className = "link";
    close.dataset.dismiss = "";
    close.textContent = "Fermer";
    box.append(text, close);
    toasts?.append(box);
  };
  if (toasts) new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (!node.matches?.(".toast")) continue;
      if ([...toasts.children].some((one) => one !== node && words(one) === words(node))) node.remove();
      else leave(node, 10000);
    }
  }).observe(toasts, { childList: true });
  on("click", (event) => event.target.closest?.("[data-print]") && print());
  on("submit", (event) => event.target.matches("[action$=signout]") && sessionStorage.clear()); // drafts
  on("click", (event) => event.target.closest?.("[data-dismiss]")?.closest(".toast").remove());

  // Answers: a form with data-save shows how its last request went; a failed one is sent again until it is in.
  const unsaved = new Set();
  const polls = (event) => /every|live/.test(event.detail.ctx?.sourceEvent?.type);
  const form = (event) => event.detail.ctx?.sourceElement?.closest?.("[data-save]");
  const state = (name) => {
    const shown = find(".save-state");
    if (!shown) return;
    const before = shown.dataset.state;
    shown.dataset.state = name;
    shown.textContent = shown.dataset[name] || "";
    if (name === "failed" ? before !== name : name === "saved" && shown.dataset.told) {
      shown.dataset.told = name === "failed" ? "1" : "";
      say(shown.textContent);
    }
  };
  const failed = (saving) => {
    unsaved.add(saving);
    state("failed");
  };
  const lasting = (status) => status < 500 && status !== 429;
  const again = () => {
    for (const saving of unsaved) {
      if (saving.isConnected) htmx.trigger(saving, "change");
      else unsaved.delete(saving);
    }
  };
  on("htmx:before:request", (event) => form(event) && !unsaved.size && state("saving"));
  on("htmx:after:request", (event) => {
    const saving = form(event);
    const status = event.detail.ctx?.response?.status;
    if (status < 400 && !polls(event)) toasts?.replaceChildren();
    if (!saving || !status) return;
    if (status < 400) {
      unsaved.delete(saving);
      if (!unsaved.size) state("saved");
    } else if (lasting(status)) {
      // Refused, not lost: sending it again would change nothing.
      unsaved.delete(saving);
      state("refused");
    } else failed(saving);
  });
  on("htmx:error", (event) => {
    if (!event.detail.ctx || polls(event)) return;
    const saving = form(event);
    if (saving) failed(saving);
    if (event.detail.ctx.sourceElement !== saving) toast("Connexion perdue : rien n’a été envoyé. Vérifier le réseau, puis recommencer.");
  });
  on("htmx:response:error", (event) => {
    const { response, text } = event.detail.ctx;
    // 422 is the form again, with its errors.
    if (polls(event) || response.status === 422 || text?.includes("<hx-partial")) return;
    toast("Le serveur n’a pas pu répondre. Recommencer dans un instant.");
  });
  addEventListener("online", again);
  setInterval(again, 5000);
  addEventListener("beforeunload", (event) => unsaved.size && event.preventDefault());

  // News: a stream for a visible tab.
  let live;
  const listen = () => {
    if (doc.hidden) live = live?.close();
    else if (!live && find("#unread")) {
      live = new EventSource("/live");
      live.onmessage = () => htmx.trigger(doc.body, "live");
    }
  };
  addEventListener("load", listen);
  on("visibilitychange", listen);

  on("input", ({ target }) => {
    const left = find(target.dataset.left);
    if (left) left.textContent = `Caractères restants : ${target.maxLength - target.value.length}`;
  });

  // Countdown, on the server's clock.
  const clock = new WeakMap();
  const told = new Set();
  const tick = () => {
    const shown = find("time.countdown");
    if (!shown) return;
    if (!clock.has(shown)) clock.set(shown, shown.dataset.now - Date.now());
    const left = Math.ceil((shown.dataset.deadline - Date.now() - clock.get(shown)) / 1000);
    const seconds = Math.max(left, 0);
    const text = shown.querySelector("b") || shown;
    text.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    shown.classList.toggle("soon", seconds < 300);
    for (const minutes of [1, 5, 10]) {
      if (seconds > minutes * 60 || told.has(minutes)) continue;
      if (seconds > minutes * 60 - 60) say(minutes === 1 ? "Il reste une minute." : `Il reste ${minutes} minutes.`);
      told.add(minutes);
      break;
    }
    if (left <= 0 && left % 5 === 0) {
      unsaved.clear();
      find("form#time-up")?.requestSubmit();
    }
  };
  tick();
  setInterval(tick, 1000);

  // Shortcuts, only while the focus is in the question, and only if wanted.
  const off = () => { try { return localStorage.shortcuts === "off"; } catch { return false; } };
  const showToggle = () => doc.querySelectorAll("[data-shortcuts-toggle]").forEach((box) => { box.checked = !off(); });
  on("change", (event) => {
    if (!event.target.matches("[data-shortcuts-toggle]")) return;
    event.stopImmediatePropagation();
    try { localStorage.shortcuts = event.target.checked ? "on" : "off"; } catch { /* private window: for this page only */ }
  }, true);
  on("keydown", (event) => {
    const at = event.target;
    const zone = at.closest?.("[data-shortcuts]");
    if (!zone || off() || event.ctrlKey || event.metaKey || event.altKey || at.matches(typing)) return;
    if (event.key === "Enter") {
      if (!at.matches("a,button,summary,input")) zone.querySelector("[data-next]")?.click();
      return;
    }
    const key = event.key.toUpperCase();
    const label = [...zone.querySelectorAll(".options label")].find((one) => one.querySelector("kbd")?.textContent === key);
    if (!label) return;
    event.preventDefault();
    const choice = label.querySelector("input");
    choice.focus();
    choice.click();
  });
  showToggle();

  // After a change of all content, reading starts at its title. A hidden tab does not poll.
  on("htmx:after:swap", (event) => {
    showToggle();
    tick();
    const main = find("main");
    if (!event.detail.ctx?.target?.matches?.("main") || main.contains(doc.activeElement) && doc.activeElement !== main) return;
    const title = main.querySelector("h1") || main;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  on("htmx:config:request", (event) => {
    if (doc.hidden && polls(event)) event.preventDefault();
  });
  // A runner page from the browser's memory may be old.
  addEventListener("pageshow", (event) => event.persisted && find("[data-save]") && location.reload());
})();
