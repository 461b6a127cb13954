import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { freePort } from '#core/embedded';
import { openBrowser } from './studio/browser.js';
import { fillGallery, scrollThrough } from './studio/large-gallery.js';
import { scoresOf } from './studio/lighthouse.js';
import { makeJob, type MadeJob } from './studio/made-job.js';
import { missed, ms, print, printTable, whole } from './support/print.js';
import { within } from './support/scope.js';
import { median } from './support/statistics.js';

export const description =
  'the Studio in a browser: Lighthouse, a gallery of 10,000 files, how soon one sees what happens';

const BARS = { mobile: 90, desktop: 98, accessibility: 100, tiles: 60, queuedMs: 100, visibleMs: 500 };
const LIGHTHOUSE_RUNS = 5;
const FILES = 10_000;
const JOBS = 5;
const START_LIMIT_MS = 120_000;

export async function run(): Promise<void> {
  await within(async (cleanup) => {
    const directory = mkdtempSync(join(tmpdir(), 'base-bench-studio-'));
    // As root, the database runs as another user, who must be able to enter.
    chmodSync(directory, 0o755);
    cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
    const [port, debuggingPort] = [await freePort(), await freePort()];
    const url = `http://localhost:${port}`;
    const platform = spawn(process.execPath, ['dist/apps/platform/src/main.js', 'start'], {
      env: { ...process.env, PORT: String(port), DATA_DIR: join(directory, 'data'), LOG_LEVEL: 'error' },
      stdio: 'ignore',
    });
    cleanup.defer(() => stop(platform));
    await untilReady(url, platform);
    const browser = await openBrowser(join(directory, 'profile'), url, debuggingPort);
    cleanup.defer(() => browser.close());
    const page = await browser.newPage();
    await signUp(page);
    await measureJobs(page);
    await measureGallery(page, url);
    await page.close();
    await measureLighthouse(url, debuggingPort);
  });
}

async function signUp(page: Page): Promise<void> {
  await page.goto('/register');
  await page.getByLabel('Seu nome').fill('Ana Prado');
  await page.getByLabel('E-mail de trabalho').fill('ana@estudio.example');
  await page.getByLabel('Senha', { exact: true }).fill('girafa lua vidro 79');
  await page.getByRole('button', { name: 'Criar conta' }).click();
  await page.getByText('O que vamos criar').waitFor();
}

async function measureJobs(page: Page): Promise<void> {
  const made: MadeJob[] = [];
  for (let job = 0; job < JOBS; job += 1) made.push(await makeJob(page, `Um farol ao entardecer, versão ${job + 1}`));
  const queuedMs = median(made.map((job) => job.queuedMs));
  const visibleMs = median(made.map((job) => job.visibleMs));
  print(`Medians of ${JOBS} pictures`);
  printTable(
    ['', 'ms', 'bar'],
    [
      ['click until the queued card is drawn', ms(queuedMs), whole(BARS.queuedMs)],
      ['finished until the picture is in sight', ms(visibleMs), whole(BARS.visibleMs)],
    ],
  );
  if (queuedMs > BARS.queuedMs) missed(`the queued card comes after ${ms(queuedMs)} ms`);
  if (visibleMs > BARS.visibleMs) missed(`a finished picture is seen after ${ms(visibleMs)} ms`);
}

async function measureGallery(page: Page, url: string): Promise<void> {
  await fillGallery(page, url, FILES);
  const { mostMounted, seen } = await scrollThrough(page);
  print(`\nScrolled through ${whole(seen)} files: at most ${mostMounted} tiles in the page (bar ${BARS.tiles})`);
  if (seen < FILES) missed(`only ${whole(seen)} of ${whole(FILES)} files came into sight`);
  if (mostMounted > BARS.tiles) missed(`${mostMounted} tiles are in the page`);
}

async function measureLighthouse(url: string, debuggingPort: number): Promise<void> {
  print(`\nLighthouse, performance the median of ${LIGHTHOUSE_RUNS} runs, accessibility the lowest`);
  const rows: string[][] = [];
  for (const path of ['/', '/gallery']) {
    for (const device of ['mobile', 'desktop'] as const) {
      const scores = await scoresOf(url + path, device, debuggingPort, LIGHTHOUSE_RUNS);
      const { performance, accessibility } = scores;
      const [load = 0] = loadavg();
      rows.push([
        ...[`${path} on ${device}`, String(performance), String(BARS[device]), String(accessibility)],
        ...[ms(scores.largestPaintMs), ms(scores.blockedMs), ms(scores.ownBlockedMs), load.toFixed(1)],
      ]);
      if (performance < BARS[device]) missed(`${path} has ${performance} on ${device}`);
      if (accessibility < BARS.accessibility) missed(`${path} has ${accessibility} of accessibility on ${device}`);
    }
  }
  printTable(['', 'performance', 'bar', 'accessibility', 'LCP ms', 'blocked ms', 'by own work', 'load'], rows);
}

async function untilReady(url: string, platform: ChildProcess): Promise<void> {
  const until = Date.now() + START_LIMIT_MS;
  for (;;) {
    const answer = await fetch(`${url}/api/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (platform.exitCode !== null) throw new Error(`The platform ended with exit code ${platform.exitCode}`);
    if (Date.now() > until) throw new Error('The platform did not get ready');
    await sleep(100);
  }
}

async function stop(platform: ChildProcess): Promise<void> {
  if (platform.exitCode !== null) return;
  platform.kill('SIGTERM');
  await once(platform, 'close');
}
