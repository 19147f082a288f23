// How the browser tests run. Each test has a gateway of its own (tests/owlet.ts), so they run side by side.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: !!process.env.CI,
  // On a machine that others load as well; what needed it is named as flaky.
  retries: process.env.CI ? 1 : 0,
  // When nothing works, that is told soon.
  maxFailures: 25,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["json", { outputFile: "target/playwright.json" }]],
  use: {
    browserName: "chromium",
    viewport: { width: 1366, height: 768 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // A trace records every frame by running script in it, which a frame of mail refuses aloud.
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
