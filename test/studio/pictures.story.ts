import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PATIENT = { timeout: 90_000 };
const PICTURE = 'img[src*="/api/files/"]';
const PROMPT = 'Um farol no mar';

let platform: StudioPlatform;
let visitor: Visitor;
let page: Page;

/** No provider has a key here: everything is done by the sandbox. */
beforeAll(async () => {
  platform = await StudioPlatform.start();
  visitor = await platform.visitor({ hasTouch: true });
  ({ page } = visitor);
  await visitor.signUp();
  await visitor.ask(PROMPT);
  await page.locator(PICTURE).first().waitFor(PATIENT);
});

afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});

afterAll(async () => {
  await visitor.leave();
  await platform.stop();
});

async function choose(model: string): Promise<void> {
  await page.getByRole('button', { name: /Modelo:/ }).click();
  await page.getByRole('button', { name: new RegExp(model) }).click();
}

/** Takes a file of the gallery into a field for files; where only one fits, it is taken at once. */
async function pick(name: string, hasRoomForMore = false): Promise<void> {
  await page.getByRole('button', { name: 'Escolher da galeria' }).click();
  await page.getByRole('dialog').getByRole('button', { name }).first().click();
  if (hasRoomForMore) await page.getByRole('button', { name: 'Usar 1 arquivo' }).click();
}

const generate = () => page.getByRole('button', { name: /^Gerar/ }).click();
const stage = () => page.getByRole('application', { name: 'A imagem a pintar' });
const act = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

/** A place on the picture, of its width and height from 0 to 1, on the screen. */
async function placeOn(across: number, down: number): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await stage().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  return { x: x + width * across, y: y + height * down };
}

/** Paints a line by mouse, from the left to the right. */
async function paint(from: number, to: number, down: number): Promise<void> {
  const [begin, end] = [await placeOn(from, down), await placeOn(to, down)];
  await page.mouse.move(begin.x, begin.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 5 });
  await page.mouse.up();
}

type Place = readonly [across: number, down: number];

/** The pixels of a picture on the page at some places of it: red, green, blue, alpha. */
async function pixelsOf(picture: Locator, places: readonly Place[]): Promise<number[][]> {
  const file = await fetch(new URL((await picture.getAttribute('src')) ?? '', platform.url));
  const { data, info } = await sharp(await file.arrayBuffer())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return places.map(([across, down]) => {
    const pixel = Math.floor(down * info.height) * info.width + Math.floor(across * info.width);
    return [...data.subarray(pixel * info.channels, (pixel + 1) * info.channels)];
  });
}

/** What the chosen mask says at some places of the picture: 0 where it opens it. */
async function maskAt(...places: readonly Place[]): Promise<(number | undefined)[]> {
  const mask = page.getByRole('img', { name: 'A máscara: muda o que está claro' });
  return (await pixelsOf(mask, places)).map(([, , , alpha]) => alpha);
}

/** A photo as a phone held upright stores it: lying, with a note in which way it is seen. Blue above, grey below. */
async function uprightPhoto(): Promise<Buffer> {
  const sky = { input: { create: { width: 600, height: 450, channels: 3 as const, background: '#2040c0' } } };
  const upright = await sharp({ create: { width: 600, height: 900, channels: 3, background: '#808080' } })
    .composite([{ ...sky, gravity: 'north' }])
    .png()
    .toBuffer();
  return sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
}

/** Uses what was painted, and waits until it is uploaded */
async function useMask(): Promise<void> {
  const uploaded = page.waitForResponse(
    (response) => response.url().includes('/api/ai/assets') && response.request().method() === 'POST',
  );
  await act('Usar máscara');
  await uploaded;
  await page.getByRole('img', { name: 'A máscara: muda o que está claro' }).waitFor();
}

describe('without any provider’s key', () => {
  it('a model asks for the picture that it works on, and tells a price once it has one', async () => {
    await choose('Sandbox Edit');
    await generate();
    await page.getByText('Escolha um arquivo: sem ele não há o que fazer.').waitFor();
    await pick(PROMPT, true);
    await page.getByText('Escolha um arquivo: sem ele não há o que fazer.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Gerar.*6 créditos/ }).waitFor();
  });

  it('a mask is painted, erased, cleared and zoomed by mouse, and dotted by a finger', async () => {
    await page.getByRole('button', { name: 'Pintar na imagem' }).click();
    await paint(0.1, 0.9, 0.2);
    await page.getByRole('radio', { name: 'Borracha' }).check();
    await paint(0.4, 0.6, 0.2);
    await visitor.shoot('mask-erased');
    await useMask();
    expect(await maskAt([0.2, 0.2], [0.5, 0.2], [0.8, 0.2], [0.5, 0.8])).toEqual([0, 255, 0, 255]);

    await page.getByRole('button', { name: 'Continuar pintando' }).click();
    await act('Limpar tudo');
    await act('Usar máscara');
    await page.getByText('Ainda não há nada pintado.').waitFor();
    await page.getByRole('radio', { name: 'Pincel' }).check();
    await act('Ampliar');
    await act('Ampliar');
    await page.getByText('225%').waitFor();
    // The middle stays in the middle; the picture is larger than the window now.
    await paint(0.45, 0.55, 0.5);
    await visitor.shoot('mask-zoomed');
    await act('Reduzir');
    await act('Reduzir');
    await page.getByText('100%').waitFor();
    const { x, y } = await placeOn(0.5, 0.9);
    await page.touchscreen.tap(x, y);
    await useMask();
    expect(await maskAt([0.5, 0.5], [0.5, 0.9], [0.2, 0.2], [0.7, 0.5])).toEqual([0, 0, 255, 255]);
    await page.getByLabel('Descreva a imagem').fill('Uma janela acesa');
    await generate();
    await page.getByRole('link', { name: 'Abrir: Uma janela acesa' }).waitFor(PATIENT);
  });

  it('a picture is enlarged without a word, and is found by its model', async () => {
    await choose('Sandbox Upscale');
    expect(await page.getByLabel('Descreva a imagem').count()).toBe(0);
    await page.getByRole('button', { name: /^Gerar.*2 créditos/ }).click();
    const made = page.locator('ol > li').filter({ hasText: 'Sandbox Upscale' });
    await made.getByRole('link', { name: 'Abrir: Imagem' }).click(PATIENT);
    await page.getByText('2048 × 2048').waitFor();
    await visitor.shoot('enlarged');
    await page.keyboard.press('Escape');
  });

  it('a film begins with a picture, which goes along from one model to the next', async () => {
    await page.goto('/');
    await page.getByRole('radio', { name: 'Vídeo' }).check();
    await page.getByRole('button', { name: `Tirar ${PROMPT}` }).click();
    await pick('Uma janela acesa');
    await visitor.ask('O mar se move', 'Descreva a cena');
    await page.getByRole('link', { name: /Abrir: O mar se move/ }).waitFor(PATIENT);
  });

  it('a recording becomes a text, which is read here, in the gallery, and by who has the link', async () => {
    await page.getByRole('radio', { name: 'Áudio' }).check();
    await visitor.ask('Bom dia a todos', 'Texto ou som');
    await page.getByRole('button', { name: 'Tocar: Bom dia a todos' }).waitFor(PATIENT);
    await choose('Sandbox Transcribe');
    await page.getByText('Avançado').click();
    await page.getByRole('radio', { name: 'Português' }).check();
    await pick('Bom dia a todos');
    await page.getByRole('button', { name: /^Gerar.*créditos/ }).click();
    await page.getByText('Sandbox: nada foi ouvido.').waitFor(PATIENT);
    await visitor.shoot('transcript');
    await page.goto('/gallery');
    await page.getByRole('link', { name: 'Abrir: Áudio' }).getByText('Sandbox: nada foi ouvido.').waitFor();
    await visitor.shoot('gallery-transcript');
    await page.getByRole('link', { name: 'Abrir: Áudio' }).click();
    await page.getByRole('region', { name: 'Transcrição' }).getByText('Sandbox: nada foi ouvido.').waitFor();
    await visitor.shoot('lightbox-transcript');
    expect(await visitor.accessFaults()).toEqual([]);
    await page.getByRole('button', { name: 'Compartilhar' }).click();
    await page.getByRole('button', { name: 'Criar link' }).click();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    const guest = await platform.visitor();
    await guest.page.goto(new URL(link).pathname);
    await guest.page.getByText('Sandbox: nada foi ouvido.').waitFor();
    await guest.shoot('shared-transcript');
    expect(guest.complaints).toEqual([]);
    await guest.leave();
  });

  it('a mask on a photo that was held upright lies where it was painted, in what is made, too', async () => {
    await page.goto('/');
    await page.getByRole('radio', { name: 'Imagem' }).check();
    await choose('Sandbox Edit');
    for (const chosen of await page.getByRole('button', { name: /^Tirar / }).all()) await chosen.click();
    await page
      .getByRole('group', { name: /Imagens/ })
      .locator('input[type=file]')
      .setInputFiles({ name: 'retrato.jpg', mimeType: 'image/jpeg', buffer: await uprightPhoto() });
    await page.getByText('600 × 900').waitFor();
    await page.getByRole('button', { name: 'Pintar na imagem' }).click();
    const { width, height } = (await stage().boundingBox()) ?? { width: 0, height: 0 };
    expect(width / height).toBeCloseTo(600 / 900, 2);
    await paint(0.2, 0.8, 0.25);
    await visitor.shoot('mask-upright');
    await useMask();
    const [painted, below]: [Place, Place] = [
      [0.5, 0.25],
      [0.5, 0.75],
    ];
    // Beside it, a brush held the other way would have painted.
    expect(await maskAt(painted, below, [0.75, 0.5])).toEqual([0, 255, 255]);

    await page.getByLabel('Descreva a imagem').fill('Um balão no céu');
    await generate();
    const made = page.getByRole('link', { name: 'Abrir: Um balão no céu' }).getByRole('img');
    await made.waitFor(PATIENT);
    await visitor.shoot('mask-upright-made');
    const before = { painted: [32, 64, 192], below: [128, 128, 128] };
    const [changed = [], kept = []] = await pixelsOf(made, [painted, below]);
    const distance = (pixel: number[], known: number[]) =>
      Math.max(...known.map((value, index) => Math.abs(value - (pixel[index] ?? 0))));
    expect(distance(kept, before.below)).toBeLessThan(12);
    expect(distance(changed, before.painted)).toBeGreaterThan(40);
  });
});
