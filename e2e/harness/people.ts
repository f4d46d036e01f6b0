// Signing people in.
import { expect, type Page } from '@playwright/test';

import type { Account } from './server.ts';

/** Signs in through the JSON contract, with or without JavaScript in the page; returns where the person is sent. */
export async function signIn(page: Page, { email, password }: Account): Promise<string> {
  const csrf = await page.request.get('/api/auth/csrf');
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const response = await page.request.post('/api/auth/callback/credentials', {
    form: { email, password, csrfToken, json: 'true' },
  });
  expect(response.status(), `sign-in of ${email}`).toBe(200);
  return new URL(((await response.json()) as { url: string }).url, page.url() || undefined).pathname;
}
