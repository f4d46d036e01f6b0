// Answers of ARIA as they are written. The stream only watches: when it is lost the browser opens it again with the
// number of its last event, and nothing is lost or repeated. HTML in events is made and escaped by our server.
(() => {
  "use strict";
  if (window.ariaReady) return;
  window.ariaReady = true;
  const doc = document;
  const open = new Map();
  const near = () => innerHeight + scrollY > doc.documentElement.scrollHeight - 160;
  const follow = (change) => {
    const stay = near();
    change();
    if (stay) scrollTo({ top: doc.documentElement.scrollHeight });
  };
  const watch = (box) => {
    if (open.has(box)) return;
    const done = box.querySelector("[data-done]");
    const tail = box.querySelector("[data-tail]");
    const lost = box.querySelector("[data-lost]");
    let last = "";
    let source;
    const start = () => {
      source = new EventSource(box.dataset.stream + (last ? "?depuis=" + encodeURIComponent(last) : ""));
      open.set(box, source);
      const on = (name, act) => source.addEventListener(name, (event) => {
        if (event.lastEventId) last = event.lastEventId;
        lost.hidden = true;
        follow(() => act(JSON.parse(event.data)));
      });
      on("piece", (data) => { tail.textContent += data.text; });
      on("block", (data) => { done.insertAdjacentHTML("beforeend", data.html); tail.textContent = data.tail; });
      on("reset", (data) => { done.innerHTML = data.html; tail.textContent = data.tail; });
      on("done", (data) => {
        stop();
        const turn = box.closest(".turn");
        const fresh = doc.createElement("template");
        fresh.innerHTML = data.html;
        const next = fresh.content.firstElementChild;
        turn.replaceWith(next);
        window.htmx?.process(next);
        dress();
      });
      on("away", () => again(800));
      source.onopen = () => { lost.hidden = true; };
      source.onerror = () => {
        lost.hidden = false;
        if (source.readyState === EventSource.CLOSED) again(3000);
      };
    };
    const stop = () => { source.close(); open.delete(box); };
    const again = (pause) => {
      source.close();
      setTimeout(() => box.isConnected && navigator.onLine ? start() : 0, pause);
    };
    // A phone that loses its network keeps dead connections open: they are given up at once.
    box.pause = () => { source.close(); lost.hidden = false; };
    box.resume = start;
    start();
  };
  addEventListener("offline", () => open.forEach((_, box) => box.pause()));
  addEventListener("online", () => open.forEach((_, box) => box.resume()));
  const dress = () => {
    for (const [box, source] of open) if (!box.isConnected) { source.close(); open.delete(box); }
    doc.querySelectorAll("[data-stream]").forEach(watch);
    if (navigator.clipboard) doc.querySelectorAll("[data-copy][hidden]").forEach((one) => { one.hidden = false; });
  };
  // Formulas as they are written, without the numbers of sources.
  const plainText = (answer) => {
    const copy = answer.cloneNode(true);
    copy.querySelectorAll("[data-tex]").forEach((one) => one.replaceWith(`$${one.dataset.tex}$`));
    copy.querySelectorAll(".cite").forEach((one) => one.remove());
    copy.className = "visually-hidden";
    doc.body.append(copy);
    const text = copy.innerText;
    copy.remove();
    return text;
  };
  doc.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(plainText(copy.closest(".reply").querySelector("[data-text]"))).then(() => {
      doc.querySelector("#status").textContent = "Réponse copiée.";
      copy.classList.add("ok");
      setTimeout(() => copy.classList.remove("ok"), 1500);
    });
    if (event.target.closest("[data-close-panel]")) {
      const panel = doc.querySelector("#panel");
      panel.replaceChildren();
      dress();
      doc.querySelector("[data-open-panel]")?.focus();
    }
  });
  // Stopping does not leave the page: the stream tells how it ended.
  doc.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-stop]")) return;
    event.preventDefault();
    event.target.querySelector("button").disabled = true;
    fetch(event.target.action, { method: "POST", redirect: "manual" }).catch(() => {
      event.target.querySelector("button").disabled = false;
    });
  });
  // Enter sends, Shift + Enter begins a line; not while a character is being composed, nor on a touch screen.
  doc.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-send]")) return;
    if (!matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    if (event.target.value.trim()) event.target.form.requestSubmit();
  });
  doc.addEventListener("htmx:after:swap", dress);
  dress();
})();
