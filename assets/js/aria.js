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
    // The end that is not a block yet, without the marks of bold type; code keeps its own.
    let raw = "";
    const write = (text) => {
      raw = text;
      tail.textContent = raw.includes("`") ? raw : raw.replaceAll("**", "");
    };
    const start = () => {
      source = new EventSource(box.dataset.stream + (last ? "?depuis=" + encodeURIComponent(last) : ""));
      open.set(box, source);
      const on = (name, act) => source.addEventListener(name, (event) => {
        if (event.lastEventId) last = event.lastEventId;
        lost.hidden = true;
        follow(() => act(JSON.parse(event.data)));
      });
      on("piece", (data) => { write(raw + data.text); });
      on("block", (data) => { done.insertAdjacentHTML("beforeend", data.html); write(data.tail); });
      on("reset", (data) => { done.innerHTML = data.html; write(data.tail); });
      on("done", (data) => {
        stop();
        const turn = box.closest(".turn");
        const left = turn.contains(doc.activeElement) || box.stopping;
        const fresh = doc.createElement("template");
        fresh.innerHTML = data.html;
        const next = fresh.content.firstElementChild;
        turn.replaceWith(next);
        window.htmx?.process(next);
        dress();
        if (left) settle();
      });
      on("away", () => again(800));
      source.onopen = () => {
        lost.hidden = true;
        box.querySelectorAll("[data-waits]").forEach(halt);
      };
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
  // A question that is not sent yet outlives a reload and an ended session, in this tab, for this person alone.
  const draft = (area) => `draft ${area.dataset.send} ${area.form.getAttribute("action")}`;
  const restore = (area) => {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith("draft ") && !name.startsWith(`draft ${area.dataset.send} `)) sessionStorage.removeItem(name);
    }
    if (!area.value) area.value = sessionStorage.getItem(draft(area)) || "";
  };
  doc.addEventListener("input", ({ target }) => {
    if (target.matches("[data-send]")) sessionStorage.setItem(draft(target), target.value);
  });
  doc.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const area = ctx.request.form?.querySelector?.("[data-send]");
    if (area && ctx.response.status < 400) sessionStorage.removeItem(draft(area));
  });
  // Where the focus goes when what had it is gone: to the next question; on a touch screen, where that would bring up
  // the keyboard, to the title.
  const settle = () => {
    const title = doc.querySelector("#aria h1");
    const area = matchMedia("(pointer: fine)").matches && doc.querySelector("#aria [data-send]");
    if (!area) title.tabIndex = -1;
    (area || title).focus({ preventScroll: !area });
  };
  const dress = () => {
    for (const [box, source] of open) if (!box.isConnected) { source.close(); open.delete(box); }
    doc.querySelectorAll("[data-stream]").forEach(watch);
    doc.querySelectorAll("[data-send]").forEach(restore);
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
    if (event.target.closest("[data-close-panel]")) close();
  });
  const close = () => {
    doc.querySelector("#panel").replaceChildren();
    dress();
    doc.querySelector("[data-open-panel]")?.focus();
  };
  // Stopping does not leave the page: the stream tells how it ended.
  doc.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-stop]")) return;
    event.preventDefault();
    halt(event.target);
  });
  const halt = (form) => {
    const box = form.closest("[data-stream]");
    const button = form.querySelector("button");
    const tell = (sentence) => {
      doc.querySelector("#status").textContent = box.querySelector("[data-stopping]").textContent = sentence;
    };
    box.stopping = button.disabled = true;
    fetch(form.action, { method: "POST", redirect: "manual" }).then((response) => {
      tell("");
      form.removeAttribute("data-waits");
      button.disabled = response.status < 400;
    }, () => {
      // Without a network: sent when the stream is open again.
      tell(form.dataset.stop);
      form.dataset.waits = "";
    });
  };
  // Enter sends, Shift + Enter begins a line; not while a character is being composed, nor on a touch screen.
  doc.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#panel")) close();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-send]")) return;
    if (!matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    if (event.target.value.trim()) event.target.form.requestSubmit();
  });
  doc.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    dress();
    const fresh = doc.getElementById(ctx.target?.id);
    if (fresh?.matches("#panel")) fresh.querySelector("[data-send]")?.focus();
    if (!fresh?.closest("#aria")) return;
    const said = fresh.querySelector(fresh.matches(".turn") ? "[data-said]" : ".notice[role=status]");
    if (said) doc.querySelector("#status").textContent = said.textContent;
    if (doc.activeElement === doc.body) settle();
  });
  dress();
  // The first panel of a page brings this file with it.
  doc.querySelector("#panel [data-send]")?.focus();
})();
