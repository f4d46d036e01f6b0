// The server is killed with -9 at every step of a course document on its way into the library: each document is there
// in the end, once, with the same passages as one that was left in peace.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { pdf } from '../harness/pdf.ts';
import type { Server } from '../harness/server.ts';
import { expect, lone as test } from '../harness/test.ts';

const PAGES = Array.from({ length: 24 }, (_, page) =>
  Array.from({ length: 20 }, (_, line) => `Théorème numéro ${line}, à la page ${page + 1}, où nous démontrons un résultat.`),
);

/** The same text whatever the name; another file. */
const book = (name: string): Buffer => Buffer.concat([pdf(PAGES), Buffer.from(`% ${name}\n`)]);

// A file named held-STEP.pdf stops where the work of the step is done and not yet committed; held-page.pdf, in the middle
// of its pages.
const HOLD = `
  create table held (name text primary key);
  create function hold() returns trigger language plpgsql as $$
  begin
    perform pg_sleep(600) from library_versions v join held h on v.original_name = 'held-' || h.name || '.pdf'
    where v.document_id = new.document_id and h.name = lower(tg_argv[0] || case tg_op when 'UPDATE' then to_jsonb(old) ->> 'step' else '' end);
    return new;
  end $$;
  create trigger hold before update on library_ingests for each row
    when (new.step <> old.step or new.state = 'DONE') execute function hold('');
  create trigger hold before insert on library_pages for each row when (new.page = 18) execute function hold('page');`;

interface Ingest {
  docId: string;
  status: string;
  error: string | null;
}

class Library {
  constructor(
    private readonly server: Server,
    private readonly cookie: string,
  ) {}

  private get headers(): Record<string, string> {
    return { cookie: this.cookie, 'sec-fetch-site': 'same-origin' };
  }

  async upload(name: string): Promise<string> {
    const form = new FormData();
    form.set('file', new File([new Uint8Array(book(name))], `${name}.pdf`));
    form.set('subject', 'MATHEMATIQUES');
    const response = await fetch(`${this.server.url}/api/rag/upload`, { method: 'POST', body: form, headers: this.headers });
    const said = (await response.json()) as { ok?: boolean; docId?: string; duplicate?: boolean };
    expect(said).toMatchObject({ ok: true });
    expect(said.duplicate).toBeUndefined();
    return said.docId ?? '';
  }

  /** Begins to send a file and never ends. */
  async uploadHalf(name: string): Promise<void> {
    const file = book(name);
    const headers = { ...this.headers, 'content-type': 'multipart/form-data; boundary=half', 'content-length': file.length + 200 };
    const sent = request(`${this.server.url}/api/rag/upload`, { method: 'POST', headers });
    sent.on('error', () => undefined); // the server is killed
    sent.write(`--half\r\nContent-Disposition: form-data; name="file"; filename="${name}.pdf"\r\n\r\n`);
    await new Promise((written) => sent.write(file.subarray(0, file.length / 2), written));
  }

  /** Waits until a document has been taken in. */
  async taken(document: string): Promise<void> {
    const state = async (): Promise<string> => {
      const response = await fetch(`${this.server.url}/api/rag/jobs`, { headers: this.headers });
      const { jobs } = (await response.json()) as { jobs: Ingest[] };
      const one = jobs.find((job) => job.docId === document);
      return one?.error ?? one?.status ?? 'unknown';
    };
    await expect.poll(state, { timeout: 90_000, intervals: [250] }).toBe('DONE');
  }

  /** All passages that are found, in a word. */
  async passages(document: string): Promise<string> {
    return this.server.sql(
      `select count(*), md5(string_agg(concat_ws('|', ordinal, section, page, span_start, span_end, body), '' order by ordinal))
       from library_passages where document_id = '${document}' and live`,
    );
  }
}

test('the server is killed with -9 at every step of a course document on its way into the library', async ({ startServer }) => {
  test.setTimeout(300_000);
  const server = await startServer();
  const library = new Library(server, await server.session(await server.createAdmin()));
  const whole = await library.upload('left-in-peace');
  await library.taken(whole);
  const expected = await library.passages(whole);
  expect(Number(expected.split('|')[0])).toBeGreaterThan(5);
  await server.sql(HOLD);

  const asleep = () => server.sql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'");
  for (const steps of [['page', 'extract'], ['clean', 'split'], ['embed', 'index']]) {
    const names = steps.map((step) => `('${step}')`).join();
    await server.sql(`insert into held values ${names}`);
    const documents: string[] = [];
    for (const step of steps) documents.push(await library.upload(`held-${step}`));
    await expect.poll(asleep, { timeout: 30_000 }).toBe(String(steps.length));
    if (steps.includes('index')) {
      await library.uploadHalf('half');
      await sleep(300);
    }
    await server.sql('delete from held');
    await server.kill9();
    await server.restart();
    await server.sql("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'");
    for (const [at, document] of documents.entries()) {
      await library.taken(document);
      expect(await library.passages(document), steps[at]).toBe(expected);
    }
  }
  // Of the file that never came whole nothing is left, and it can be sent again.
  expect(await server.sql("select count(*) from library_versions where original_name = 'half.pdf'")).toBe('0');
  const half = await library.upload('half');
  await library.taken(half);
  expect(await library.passages(half)).toBe(expected);
});
