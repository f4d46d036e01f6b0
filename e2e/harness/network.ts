// The network that families have.
import type { Page } from '@playwright/test';

/** Slows the page's network down: 400 kbit/s with 400 ms of latency unless told otherwise. */
export async function slowNetwork(page: Page, kbit = 400, latency = 400): Promise<void> {
  const throughput = (kbit * 1000) / 8;
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
}
