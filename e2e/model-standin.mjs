// A model server that behaves or misbehaves as told, for browser and kill tests: the real binary is pointed at it with
// OPENAI_BASE_URL=http://127.0.0.1:PORT/v1 (or OLLAMA_URL without /v1). No dependency.
//
//   PORT=0 MODE=good node e2e/model-standin.mjs        prints "model stand-in on http://127.0.0.1:41234"
//   POST /mode/slow                                    changes the mode of the answers that begin from now on
//   POST /mode/good?delay=1500                         answers after 1500 ms (default DELAY, 0)
//   GET  /calls                                        {"mode":"good","delay":0,"calls":3}
//   POST /cut/v1/chat/completions                      one mode for one client: OPENAI_BASE_URL=http://127.0.0.1:PORT/cut/v1
//
// Modes: good      a French report with the numbers of the data
//        slow      nothing for ten minutes
//        refuse    hangs up without a word (to have nobody listen at all, end the process)
//        error     500
//        cut       half of an answer, then hangs up; in a stream, after the first words
//        invalid   200 with what is not JSON
//        nonsense  well-formed, but not a report
//        number    a report with a number that is not in the data
import { createServer } from "node:http";

const MODES = ["good", "slow", "refuse", "error", "cut", "invalid", "nonsense", "number"];
const TEN_MINUTES = 600_000;
let mode = known(process.env.MODE ?? "good");
let delay = Number(process.env.DELAY ?? 0);
let calls = 0;

function known(name) {
  if (!MODES.includes(name)) throw new Error(`unknown mode ${name}; one of ${MODES.join(", ")}`);
  return name;
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const body = await text(request);
  if (url.pathname === "/calls") return json(response, 200, { mode, delay, calls });
  const change = /^\/mode\/(\w+)$/.exec(url.pathname);
  if (change && request.method === "POST") return setMode(response, change[1], url.searchParams.get("delay"));
  const chat = /^(?:\/(\w+))?\/v1\/chat\/completions$/.exec(url.pathname);
  if (!chat || request.method !== "POST") return json(response, 404, { error: { message: "no such path" } });
  calls += 1;
  answer(MODES.includes(chat[1]) ? chat[1] : mode, JSON.parse(body), response);
});

function setMode(response, name, wait) {
  if (!MODES.includes(name)) return json(response, 404, { error: { message: `one of ${MODES.join(", ")}` } });
  mode = name;
  delay = Number(wait ?? process.env.DELAY ?? 0);
  return json(response, 200, { mode, delay });
}

async function answer(how, asked, response) {
  if (how === "refuse") return response.socket.destroy();
  await new Promise((done) => setTimeout(done, how === "slow" ? TEN_MINUTES : delay));
  if (how === "error") return json(response, 500, { error: { message: "the stand-in fails as told" } });
  if (how === "invalid") return response.writeHead(200, { "content-type": "application/json" }).end("{not json");
  const words = report(how, asked);
  return asked.stream ? stream(how, words, response) : whole(how, words, response);
}

function whole(how, words, response) {
  const message = { role: "assistant", content: words };
  const usage = { prompt_tokens: 100, completion_tokens: 200 };
  const body = JSON.stringify({ model: "stand-in", choices: [{ message, finish_reason: "stop" }], usage });
  if (how !== "cut") return response.writeHead(200, { "content-type": "application/json" }).end(body);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.write(body.slice(0, body.length / 2), () => response.socket.destroy());
}

async function stream(how, words, response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const pieces = words.match(/\S+\s*/g) ?? [];
  for (const [at, piece] of pieces.entries()) {
    if (how === "cut" && at === 3) return response.socket.destroy();
    event(response, { choices: [{ delta: { content: piece }, finish_reason: null }] });
    await new Promise((done) => setTimeout(done, 20));
  }
  event(response, { choices: [{ delta: {}, finish_reason: "stop" }] });
  response.end("data: [DONE]\n\n");
}

function event(response, data) {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}

/** Reads "score global: 49 % …" out of the data, as a good model would. */
function report(how, asked) {
  const data = asked.messages.findLast((one) => one.role === "user")?.content ?? "";
  const value = (key) => new RegExp(`^${key}: (\\d+(?:,\\d+)?)`, "m").exec(data)?.[1];
  if (how === "nonsense") return "bla ".repeat(120);
  const score = value("score global");
  const ssn = value("SSN");
  return [
    "## Le résultat",
    "",
    score ? `Le score global de cette évaluation est de ${score} % des points.` : "Le score global se lit plus haut.",
    ssn ? `Le SSN est de ${ssn} : il compare ce résultat à ceux des autres élèves, et 50 est le milieu.` : "",
    how === "number" ? "Le prochain score sera de 8642." : "",
    "",
    "## La suite",
    "",
    "- Reprendre une notion à la fois, avec le cours puis sans lui.",
    "- Expliquer sa méthode à voix haute : c’est la meilleure façon de vérifier qu’elle est comprise.",
    "",
    "Ce texte vient du serveur d’essai : il est écrit pour les tests et ne dit rien de plus que les données.",
  ].join("\n");
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`model stand-in on http://127.0.0.1:${server.address().port}`);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
