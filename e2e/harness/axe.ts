// Accessibility: axe with the rules of WCAG 2.2 AA, and what axe does not see.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

import { expect, type Page, test } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const OPTIONS: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

/** Fails with one paragraph per problem that axe finds in the page as it is now. */
export async function checkA11y(page: Page): Promise<void> {
  await page.waitForLoadState();
  const results = await (withoutScripts() ? runOnCopy(page) : run(page));
  expect(report(results), `axe on ${page.url()}`).toBe('');
}

interface Axe {
  axe: { run(options: RunOptions): Promise<AxeResults> };
}

/**
 * On a screen as high as the page: what a bar at the bottom happens to cover depends on where the page is scrolled to,
 * and is scrolled free by whoever wants to tap it.
 */
async function run(page: Page): Promise<AxeResults> {
  const screen = page.viewportSize();
  const height = await page.evaluate(() => Math.max(innerHeight, document.documentElement.scrollHeight));
  if (screen) await page.setViewportSize({ width: screen.width, height });
  try {
    await page.evaluate(await source);
    return await page.evaluate((options) => (globalThis as unknown as Axe).axe.run(options), OPTIONS);
  } finally {
    if (screen) await page.setViewportSize(screen);
  }
}

function withoutScripts(): boolean {
  return test.info().project.use.javaScriptEnabled === false;
}

/** Axe needs timers, which a page without JavaScript does not have: it looks at a copy where only our scripts fail. */
async function runOnCopy(page: Page): Promise<AxeResults> {
  const html = (await page.content()).replaceAll(/<\/?noscript>/g, '');
  // The other options are the project's.
  const context = await page.context().browser()?.newContext({ javaScriptEnabled: true });
  if (!context) throw new Error('the browser is gone');
  try {
    const copy = await context.newPage();
    await copy.route('**/*', (route) => {
      if (route.request().isNavigationRequest()) return route.fulfill({ body: html, contentType: 'text/html' });
      return route.request().resourceType() === 'script' ? route.abort() : route.continue();
    });
    await copy.goto(page.url());
    return await run(copy);
  } finally {
    await context.close();
  }
}

/** No part of the page lies beside the screen: nothing scrolls sideways. */
export async function checkFits(page: Page): Promise<void> {
  await page.waitForLoadState();
  const [content, screen] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth] as const;
  });
  expect(content, `width of ${page.url()}`).toBeLessThanOrEqual(screen);
}

function report({ violations }: AxeResults): string {
  return violations
    .map(({ id, impact, help, nodes }) => {
      const places = nodes.map((node) => `  ${node.target.join(' ')}\n    ${node.html}\n    ${node.failureSummary}`);
      return `${id} (${impact}): ${help}\n${places.join('\n')}`;
    })
    .join('\n\n');
}
