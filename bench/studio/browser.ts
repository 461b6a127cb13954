import { existsSync } from 'node:fs';
import { type BrowserContext, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'];

/**
 * The system's Chromium with a profile of its own, which Lighthouse can speak to as well.
 * @throws Error when the machine has none
 */
export async function openBrowser(profile: string, url: string, debuggingPort: number): Promise<BrowserContext> {
  const executablePath = [process.env['CHROMIUM_PATH'], ...CANDIDATES].find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('No Chromium here. On Debian: apt-get install chromium-headless-shell');
  return chromium.launchPersistentContext(profile, {
    executablePath,
    args: ['--no-sandbox', `--remote-debugging-port=${debuggingPort}`],
    baseURL: url,
    locale: 'pt-BR',
    viewport: { width: 1440, height: 900 },
    // What is measured with is text that is evaluated, which the content policy of the Studio forbids.
    bypassCSP: true,
  });
}
