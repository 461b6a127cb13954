import type { Page } from 'playwright-core';

export interface MadeJob {
  /** From the click on the button to the card in the page, as drawn. */
  queuedMs: number;
  /** From the end of the job, by the server's clock on this machine, to its picture in sight. */
  visibleMs: number;
}

/** Makes a picture in the page, and measures what a person waits for. */
export async function makeJob(page: Page, prompt: string): Promise<MadeJob> {
  await page.getByLabel('Descreva a imagem').fill(prompt);
  // The price comes first, as it does for people.
  await page.getByRole('button', { name: /^Gerar\s*5 créditos/ }).waitFor();
  // The Studio reads a job when it is queued too; the answer that tells of its end is the one.
  const finished = page.waitForResponse(
    async (response) =>
      /\/api\/ai\/jobs\/[0-9a-f-]{36}$/.test(response.url()) &&
      ((await response.json()) as { finishedAt: string | null }).finishedAt !== null,
  );
  const times = await page.evaluate<{ queuedMs: number; visibleAt: number }>(`(async () => {
    const cards = () => document.querySelectorAll('#results ol > li').length;
    const pictures = () => [...document.querySelectorAll('#results ol > li:first-child img')].filter((img) => img.complete && img.naturalWidth > 0).length;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const before = cards();
    const clickedAt = performance.now();
    document.querySelector('button[type=submit]').click();
    while (cards() === before) await frame();
    const queuedMs = performance.now() - clickedAt;
    while (pictures() === 0) await frame();
    return { queuedMs, visibleAt: Date.now() };
  })()`);
  const job = (await (await finished).json()) as { finishedAt: string };
  return { queuedMs: times.queuedMs, visibleMs: times.visibleAt - Date.parse(job.finishedAt) };
}
