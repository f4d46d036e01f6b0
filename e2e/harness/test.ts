// `test` for journeys: a server per worker, with the demo school. `lone` for tests that bring their own server. Both
// watch over every page.
import { type ConsoleMessage, expect, type Page, test as base } from '@playwright/test';

import { type Env, Server } from './server.ts';

interface LoneFixtures {
  /** Starts a server for this test alone; it is stopped after it. */
  startServer: (env?: Env) => Promise<Server>;
  /** What went wrong in the pages; checked at the end of each test. A test that provokes an error empties it. */
  complaints: string[];
}

export const lone = base.extend<LoneFixtures>({
  startServer: async ({ complaints }, use) => {
    const servers: Server[] = [];
    await use(async (env) => {
      const server = await Server.start(env);
      servers.push(server);
      return server;
    });
    // What an open page says about a server that is stopped under it is no complaint.
    const said = [...complaints];
    for (const server of servers) await server.stop();
    complaints.splice(0, complaints.length, ...said);
  },

  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on('page', (page) => watch(page, complaints));
      await use(complaints);
      expect(complaints, 'errors in pages, and requests to other hosts').toEqual([]);
    },
    { auto: true },
  ],
});

interface SharedFixtures {
  /** The server of this worker; tests that share it leave its accounts as they were. */
  server: Server;
}

export const test = lone.extend<object, SharedFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start({ DEMO: '1' });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),
});

export { expect, type Page };

function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (isComplaint(message)) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const local = ['127.0.0.1', 'localhost'].includes(hostname) || ['data:', 'blob:', 'about:'].includes(protocol);
    if (!local) complaints.push(`request to another host: ${request.url()}`);
  });
}

/** Refusals of the content security policy are errors on the console; so is each answer 4xx, which may be meant. */
function isComplaint(message: ConsoleMessage): boolean {
  return message.type() === 'error' && !message.text().startsWith('Failed to load resource');
}
