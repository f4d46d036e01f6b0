// The server is killed in the middle of fifty answers: each is finished, once.
import { setTimeout as sleep } from 'node:timers/promises';

import { type Asked, ModelServer } from '../harness/model.ts';
import type { Server } from '../harness/server.ts';
import { expect, lone as test } from '../harness/test.ts';

const WORDS = Array.from({ length: 150 }, (_, at) => `mot${at}`).join(' ') + '.';

/** A model that goes on where its own answer was cut. */
function goesOn(asked: Asked): string {
  const begun = asked.messages.findLast((one) => one.role === 'assistant')?.content ?? '';
  return WORDS.slice(begun.length);
}

/** Asks, and reads the stream until its first words. */
async function begin(server: Server, cookie: string): Promise<string> {
  const response = await fetch(`${server.url}/api/aria/chat?stream=true`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Raconte' }),
  });
  expect(response.status).toBe(200);
  let text = '';
  const reader = response.body!.getReader();
  while (!text.includes('event: token')) {
    const { value, done } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  reader.cancel().catch(() => undefined);
  return /"messageId":"([^"]+)"/.exec(text)?.[1] ?? '';
}

/** The text of an answer, once it has ended. */
async function end(server: Server, cookie: string, answer: string): Promise<string> {
  const response = await fetch(`${server.url}/aria/reponses/${answer}/flux`, { headers: { cookie, accept: 'text/event-stream' } });
  const text = await response.text();
  const done = /event: done\n(?:id: .*\n)?data: (.*)\n/.exec(text)?.[1];
  return done ? (JSON.parse(done) as { html: string }).html : '';
}

test('the server is killed with -9 in the middle of fifty answers', async ({ startServer }) => {
  const model = await ModelServer.start('good');
  model.speech = { words: goesOn, pause: 60 };
  const server = await startServer({ DEMO: '1', OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk', LLM_CONCURRENCY: '200', LLM_CONCURRENCY_PER_PERSON: '50' });
  // Eight streams at once for each person, as many questions a day as the role has: fifty in all.
  const most: Record<string, number> = { ADMIN: 8, ASSISTANTE: 8, COACH: 8, PARENT: 8, ELEVE: 2 };
  const cookies: string[] = [];
  for (const account of await server.accounts()) {
    const cookie = await server.session(account);
    for (let at = 0; at < (most[account.role] ?? 0); at += 1) cookies.push(cookie);
  }
  cookies.length = 50;
  const answers = await Promise.all(cookies.map((cookie) => begin(server, cookie)));
  await sleep(1500);
  await server.kill9();
  await server.restart();
  const ended = await Promise.all(answers.map((answer, at) => end(server, cookies[at] ?? '', answer)));
  for (const html of ended) {
    expect(html).toContain(WORDS);
    expect(html.match(/mot149\./g)).toHaveLength(1);
  }
  await model.stop();
});
