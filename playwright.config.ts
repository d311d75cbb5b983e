import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e/ui',
  testMatch: '*.spec.ts',
  timeout: 120_000,
  // A loaded machine draws late; what must be quick says so where it is expected.
  expect: { timeout: 15_000 },
  // `scripts/test.ts` runs files side by side, each in a network of its own.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['./e2e/summary-reporter.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    launchOptions: {
      // Made for tests: without windows it takes a fifth less of the processor.
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
