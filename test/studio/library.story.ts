import { Buffer } from 'node:buffer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { type FakeOpenAi, startFakeOpenAi } from '#ai/testing';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PATIENT = { timeout: 90_000 };
const PICTURE = 'img[src*="/api/files/"]';
const PROMPT = 'Um farol no mar';
/** One transparent pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What the free plan takes. */
const PLAN_BYTES = 10_485_760;

/** As much of a browser as is used in one; this program's own types do not have it. */
interface BrowserGlobals {
  DataTransfer: new () => { items: { add: (file: unknown) => void } };
  File: new (parts: unknown[], name: string, options: { type: string }) => unknown;
  DragEvent: new (type: string, init: object) => unknown;
  ClipboardEvent: new (type: string, init: object) => unknown;
}

let openAi: FakeOpenAi;
let platform: StudioPlatform;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  openAi = await startFakeOpenAi();
  platform = await StudioPlatform.start({ OPENAI_BASE_URL: openAi.baseUrl, OPENAI_API_KEY: openAi.apiKey });
  visitor = await platform.visitor();
  ({ page } = visitor);
  await visitor.signUp();
});

afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});

afterAll(async () => {
  await visitor.leave();
  await platform.stop();
  await openAi.close();
});

/** Pastes a picture into the page, or drops it on the place for references. */
async function bring(by: 'paste' | 'drop', name: string): Promise<void> {
  const place = page.getByRole('group', { name: /Imagens de referência/ }).locator('label');
  await place.evaluate(
    (element, { event, file, content }) => {
      const { ClipboardEvent, DataTransfer, DragEvent, File } = globalThis as unknown as BrowserGlobals;
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content)], file, { type: 'image/png' }));
      const init = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
      const given = event === 'drop' ? new DragEvent(event, init) : new ClipboardEvent(event, init);
      (element as unknown as { dispatchEvent: (event: unknown) => void }).dispatchEvent(given);
    },
    { event: by, file: name, content: [...PIXEL] },
  );
}

/** Asked in the browser: all of the picture is in sight, and so is every tool. */
function isWithinWindow(): boolean {
  const { document, innerWidth } = globalThis as unknown as {
    document: { querySelectorAll: (of: string) => Iterable<{ getBoundingClientRect: () => { right: number } }> };
    innerWidth: number;
  };
  const parts = [...document.querySelectorAll('[role=dialog] button, [role=dialog] canvas, [role=dialog] input')];
  return parts.length > 0 && parts.every((part) => part.getBoundingClientRect().right <= innerWidth);
}

const write = (text: string) => page.getByLabel('Descreva a imagem').fill(text);
const written = () => page.getByLabel('Descreva a imagem').inputValue();

describe('the form', () => {
  it('makes the same thing twice when it is asked to', async () => {
    await write(PROMPT);
    await page.getByRole('button', { name: /^Gerar.*5 créditos/ }).click();
    await page.locator(PICTURE).first().waitFor(PATIENT);
    await page.getByRole('button', { name: /^Gerar.*5 créditos/ }).click();
    await page.locator(PICTURE).nth(1).waitFor(PATIENT);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('runs several models side by side for a total that is on the button', async () => {
    await page.getByRole('button', { name: /Modelo:/ }).click();
    await page.getByText('Comparar até 4 modelos').click();
    await page.getByRole('button', { name: /GPT Image 1 Mini/ }).click();
    await page.keyboard.press('Escape');
    await write('Dois gatos no telhado');
    await page.getByRole('button', { name: /^Gerar com 2 modelos\s*\d+ créditos/ }).click();
    await page.locator('ol > li').first().locator(PICTURE).nth(1).waitFor(PATIENT);
    await visitor.shoot('side-by-side');
    await page.getByRole('button', { name: 'Ver como código' }).click();
    for (const language of ['TypeScript', 'Python', 'curl']) {
      await page.getByRole('radio', { name: language }).check();
      expect(await page.getByRole('dialog').locator('pre').innerText()).toContain('Dois gatos no telhado');
    }
    await visitor.shoot('snippet');
    await page.keyboard.press('Escape');
  });

  it('takes references by the button, by paste and by drop, and refuses others before they are sent', async () => {
    await page.getByRole('button', { name: /Modelo:/ }).click();
    await page.getByText('Comparar até 4 modelos').click();
    await page.getByRole('button', { name: /GPT Image 1 Mini/ }).click();
    const files = page.getByRole('group', { name: /Imagens de referência/ }).locator('input[type=file]');
    let uploads = 0;
    page.on(
      'request',
      (request) => (uploads += Number(request.url().includes('/api/ai/assets') && request.method() === 'POST')),
    );
    await files.setInputFiles({ name: 'notas.txt', mimeType: 'text/plain', buffer: Buffer.from('nada') });
    await page.getByText('notas.txt não é aceito aqui. Envie PNG, JPEG ou WebP.').waitFor();
    await files.setInputFiles({ name: 'enorme.png', mimeType: 'image/png', buffer: Buffer.alloc(PLAN_BYTES + 1) });
    await page.getByText('enorme.png passa de 10 MB').waitFor();
    expect(uploads).toBe(0);
    await files.setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL });
    await page.getByRole('img', { name: 'pixel.png' }).waitFor();
    await bring('paste', 'colada.png');
    await page.getByRole('img', { name: 'colada.png' }).waitFor();
    await bring('drop', 'solta.png');
    await page.getByRole('img', { name: 'solta.png' }).waitFor();
    await visitor.shoot('references');
    for (const name of ['pixel.png', 'colada.png', 'solta.png']) {
      await page.getByRole('button', { name: `Tirar ${name}` }).click();
    }
  });

  it('edits a picture of the gallery where a mask is painted on it, by mouse or by keys', async () => {
    await page.getByRole('button', { name: 'Escolher da galeria' }).click();
    await page.getByRole('dialog').getByRole('button', { name: PROMPT }).first().click();
    await visitor.shoot('picker');
    expect(await visitor.accessFaults('[role=dialog]')).toEqual([]);
    await page.getByRole('button', { name: 'Usar 1 arquivo' }).click();
    await page.getByRole('img', { name: PROMPT }).first().waitFor();
    await page.getByRole('button', { name: 'Pintar na imagem' }).click();
    await page.getByRole('button', { name: 'Usar máscara' }).click();
    await page.getByText('Ainda não há nada pintado').waitFor();
    const stage = page.getByRole('application', { name: 'A imagem a pintar' });
    const { x, y, width, height } = (await stage.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(x + width / 4, y + height / 4);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 4, { steps: 5 });
    await page.mouse.up();
    // The keys go on from where the mouse was.
    await stage.focus();
    for (const key of ['Space', 'ArrowDown', 'Space']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Inverter' }).click();
    await page.getByRole('button', { name: 'Desfazer' }).click();
    await visitor.shoot('mask');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForFunction(isWithinWindow);
    await visitor.shoot('mask-390');
    expect(await visitor.accessFaults('[role=dialog]')).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: 'Usar máscara' }).click();
    const mask = page.getByRole('img', { name: 'A máscara: muda o que está claro' });
    const file = await fetch(new URL((await mask.getAttribute('src')) ?? '', platform.url));
    const { data, info } = await sharp(Buffer.from(await file.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const alphaAt = (across: number, down: number) => data[(down * info.width + across) * info.channels + 3];
    expect([info.width, info.height, info.channels]).toEqual([1024, 1024, 4]);
    // Transparent where the mouse and the keys painted, opaque elsewhere.
    expect([alphaAt(300, 256), alphaAt(512, 310), alphaAt(5, 5), alphaAt(900, 900)]).toEqual([0, 0, 255, 255]);
    await visitor.shoot('mask-chosen');
    await write('Um farol aceso');
    await page.getByRole('button', { name: /^Gerar.*\d+ créditos/ }).click();
    await page.getByRole('listitem').filter({ hasText: 'Um farol aceso' }).locator(PICTURE).first().waitFor(PATIENT);
    await page.getByRole('button', { name: `Tirar ${PROMPT}` }).click();
    expect(await page.getByRole('group', { name: 'Máscara' }).count()).toBe(0);
    await page.goto('/gallery');
    await page.getByRole('link', { name: 'Abrir: Um farol aceso' }).click();
    await page.getByRole('button', { name: 'Usar como referência' }).click();
    await page.getByText('A imagem agora é referência para GPT Image 1 Mini').waitFor();
    await page.getByRole('button', { name: 'Tirar Um farol aceso.png' }).click();
  });

  it('keeps settings as a preset, and uses them again', async () => {
    await page.getByRole('radio', { name: /Pôster/ }).check();
    await page.getByRole('button', { name: 'Predefinições' }).click();
    await page.getByRole('menuitem', { name: 'Guardar estas configurações' }).click();
    await page.getByRole('dialog').getByLabel('Nome').fill('Pôster da casa');
    const before = await page.locator('ol > li').count();
    await page.getByRole('button', { name: 'Salvar' }).click();
    await page.getByText('“Pôster da casa” está guardada.').waitFor();
    expect(await page.locator('ol > li').count()).toBe(before);
    await page.getByRole('radio', { name: /Quadrado/ }).check();
    await page.goto('/library?tab=presets');
    await visitor.shoot('presets');
    await page.getByRole('button', { name: 'Usar', exact: true }).click();
    await page.getByRole('radio', { name: /Pôster/ }).waitFor();
    expect(await page.getByRole('radio', { name: /Pôster/ }).isChecked()).toBe(true);
  });

  it('makes the description better, shows what would change, and takes it back', async () => {
    await write(PROMPT);
    await page.getByRole('button', { name: 'Melhorar', exact: true }).click();
    const proposal = page.getByRole('region', { name: 'Melhorar a descrição' });
    await proposal.locator('ins').first().waitFor();
    await visitor.shoot('enhancement');
    await proposal.getByRole('button', { name: 'Usar', exact: true }).click();
    expect(await written()).not.toBe(PROMPT);
    await page.getByRole('button', { name: 'Desfazer' }).click();
    expect(await written()).toBe(PROMPT);
  });

  it('adds a brand to the description, in sight, and takes it out again', async () => {
    await page.goto('/library?tab=brand');
    await page.getByRole('button', { name: 'Nova marca' }).click();
    await page.getByRole('dialog').getByLabel('Nome', { exact: true }).fill('Café Aurora');
    await page.getByLabel('Palavras-chave').fill('luz da manhã, madeira clara');
    await page.getByRole('button', { name: 'Salvar' }).click();
    await page.getByRole('heading', { name: 'Café Aurora' }).waitFor();
    await visitor.shoot('brands');
    await page.goto('/');
    await write(PROMPT);
    for (const expected of [/luz da manhã/, /^Um farol no mar$/]) {
      await page.getByRole('button', { name: 'Marca', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Café Aurora' }).click();
      await page.getByRole('menu').waitFor({ state: 'detached' });
      expect(await written()).toMatch(expected);
    }
  });

  it('begins from a template', async () => {
    await page.goto('/library');
    await page.waitForFunction(() => {
      const { document } = globalThis as unknown as {
        document: { images: Iterable<{ naturalWidth: number; scrollIntoView: () => void }> };
      };
      const pictures = [...document.images];
      // Those out of sight are loaded late.
      for (const picture of pictures) picture.scrollIntoView();
      return pictures.length === 12 && pictures.every(({ naturalWidth }) => naturalWidth > 0);
    });
    await visitor.shoot('templates');
    await page.getByRole('button', { name: /Pôster botânico/ }).click();
    await page.getByLabel('Descreva a imagem').waitFor();
    expect(await written()).toContain('Pôster botânico');
  });
});

describe('what leaves the Studio', () => {
  it('leaves as one archive, and on a page that is open to whoever has the link, until it is turned off', async () => {
    await page.goto('/gallery');
    for (const index of [0, 1])
      await page.locator('[data-gallery] input[type=checkbox]').nth(index).check({ force: true });
    const archive = page.waitForEvent('download', PATIENT);
    await page.getByRole('button', { name: 'Baixar em ZIP' }).click();
    expect((await archive).suggestedFilename()).toMatch(/\.zip$/);
    await page.getByRole('button', { name: 'Compartilhar' }).click();
    await page.getByLabel('Título').fill('Propostas');
    await page.getByRole('button', { name: 'Criar link' }).click();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    await visitor.shoot('share-done');

    // A chat that the link is pasted into asks for anything, and runs no scripts.
    const told = await fetch(platform.url + new URL(link).pathname);
    expect([told.status, told.headers.get('x-robots-tag')]).toEqual([200, 'noindex']);
    expect(await told.text()).toContain('<meta property="og:title" content="Propostas" />');
    expect(await (await fetch(`${platform.url}/robots.txt`)).text()).toContain('Disallow: /api/');

    const guest = await platform.visitor({ language: 'en' });
    await guest.page.goto(new URL(link).pathname);
    await guest.page.getByRole('heading', { name: 'Propostas' }).waitFor();
    await guest.page.locator('main img').first().waitFor();
    expect(await guest.page.getByText('Dois gatos').count()).toBe(0);
    await guest.shoot('shared');
    await guest.page.getByRole('button', { name: /Open/ }).first().click();
    await guest.page.getByRole('dialog').waitFor();

    await page.goto('/library?tab=links');
    await page.getByRole('heading', { name: 'Propostas' }).waitFor();
    await visitor.shoot('share-links');
    await page.getByRole('button', { name: 'Desativar' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Desativar' }).click();
    await page.getByText(/· desativado$/).waitFor();
    await guest.page.reload();
    await guest.page.getByRole('heading', { name: 'This link is no longer active' }).first().waitFor();
    expect(guest.complaints).toEqual([]);
    await guest.leave();
  });
});
