// Marks a system on which an index does not stand lower than its letter, as happens without a font for mathematics: the
// stylesheet lowers it there. Alone in its file, because every page weighs what the shell asks for.
(() => {
  "use strict";
  const probe = document.createElement("div");
  probe.className = "visually-hidden";
  probe.ariaHidden = "true";
  probe.innerHTML = "<math><msub><mi>x</mi><mi>x</mi></msub></math>";
  document.body.append(probe);
  const [letter, index] = [...probe.querySelectorAll("mi")].map((one) => one.getBoundingClientRect().bottom);
  document.documentElement.classList.toggle("flat-math", index <= letter + .5);
  probe.remove();
})();
