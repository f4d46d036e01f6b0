// Browser tests in the system's Chromium. `ops/test browser` installs what they need and runs them.
//
// Journeys run on a phone and on a desktop screen, with and without JavaScript; a title with @js needs JavaScript,
// one with @once is about something that no screen changes. Resilience tests kill things; they bring their own server.
import { defineConfig } from '@playwright/test';

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 800 } };

export default defineConfig({
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env['CI']),
  // In CI a journey that fails once is tried again, and reported as flaky: a busy machine is no defect of the product.
  retries: process.env['CI'] ? 1 : 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'fr-FR',
    timezoneId: 'Africa/Tunis',
    actionTimeout: 10_000,
    navigationTimeout: 30_000,
    // Recording every step of every journey takes as long as the journeys: only what is tried again is recorded. For one
    // that fails here: npx playwright test --trace on.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Nothing but this machine has a name: no test can reach outside.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
    },
  },
  projects: [
    { name: 'phone-js', testDir: 'journeys', use: phone },
    { name: 'desktop-js', testDir: 'journeys', grepInvert: /@once/, use: desktop },
    { name: 'phone-nojs', testDir: 'journeys', grepInvert: /@js|@once/, use: { ...phone, javaScriptEnabled: false } },
    { name: 'desktop-nojs', testDir: 'journeys', grepInvert: /@js|@once/, use: { ...desktop, javaScriptEnabled: false } },
    { name: 'resilience', testDir: 'resilience', timeout: 180_000, use: desktop },
  ],
});
