import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';

const PAGE = 100;
const RATIOS = [
  [1024, 1024],
  [1080, 1350],
  [1080, 1920],
  [1920, 1080],
] as const;
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAMLCwgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

/** Answers the Studio's questions for its gallery with so many files that do not exist. */
export async function fillGallery(page: Page, url: string, count: number): Promise<void> {
  const files = Array.from({ length: count }, (_, index) => fileOf(index, url));
  await page.route('**/api/studio/gallery?*', async (route) => {
    const before = new URL(route.request().url()).searchParams.get('before');
    const from = before ? files.findIndex(({ id }) => id === before) + 1 : 0;
    const data = files.slice(from, from + PAGE);
    const nextBefore = from + PAGE < files.length ? (data.at(-1)?.id ?? null) : null;
    await route.fulfill({ json: { data, nextBefore } });
  });
  await page.route('**/api/files/bench/**', (route) => route.fulfill({ body: PIXEL, contentType: 'image/gif' }));
}

function fileOf(index: number, url: string) {
  const [width, height] = RATIOS[index % RATIOS.length] ?? [1, 1];
  const createdAt = new Date(Date.now() - index * 60_000).toISOString();
  return {
    ...{ id: randomUUID(), jobId: randomUUID(), ordinal: 0, type: 'image', model: 'sandbox/image' },
    ...{ mimeType: 'image/gif', bytes: PIXEL.length, width, height, durationMs: null, seed: index, createdAt },
    ...{ url: `${url}/api/files/bench/${index}.gif?signature=none`, urlExpiresAt: createdAt, thumbnailUrl: null },
    ...{
      prompt: `Imagem ${index}`,
      creditsCharged: 5,
      creditsRefunded: 0,
      isFavorite: false,
      project: null,
      member: null,
    },
    ...{ deletedAt: null, restorableUntil: null },
  };
}

/** Scrolls from the first file to the last. @returns the most tiles that were in the page at once, and those seen */
export async function scrollThrough(page: Page): Promise<{ mostMounted: number; seen: number }> {
  await page.goto('/gallery');
  await page.locator('[data-gallery] [role=gridcell]').first().waitFor();
  return page.evaluate<{ mostMounted: number; seen: number }>(`(async () => {
    const gallery = document.querySelector('[data-gallery]');
    const seen = new Set();
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let mostMounted = 0, movedAt = Date.now();
    // The next page may be on its way.
    while (Date.now() - movedAt < 5000) {
      const tiles = gallery.querySelectorAll('[role=gridcell]');
      mostMounted = Math.max(mostMounted, tiles.length);
      for (const tile of tiles) seen.add(tile.querySelector('a').getAttribute('href'));
      const before = gallery.scrollTop;
      gallery.scrollTop += gallery.clientHeight * 0.8;
      await frame();
      await frame();
      if (gallery.scrollTop !== before) movedAt = Date.now();
    }
    return { mostMounted, seen: seen.size };
  })()`);
}
