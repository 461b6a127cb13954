import { Buffer } from 'node:buffer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
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

  it('takes references by the button, and refuses others before they are sent', async () => {
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
    await page.getByText('notas.txt não é uma imagem que aceitamos').waitFor();
    await files.setInputFiles({ name: 'enorme.png', mimeType: 'image/png', buffer: Buffer.alloc(25_000_001) });
    await page.getByText('enorme.png passa de').waitFor();
    expect(uploads).toBe(0);
    await files.setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PIXEL });
    await page.getByRole('img', { name: 'pixel.png' }).waitFor();
    await visitor.shoot('references');
    await page.getByRole('button', { name: 'Tirar pixel.png' }).click();
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
    await page.getByText('desativado').waitFor();
    await guest.page.reload();
    await guest.page.getByRole('heading', { name: 'This link is no longer active' }).first().waitFor();
    expect(guest.complaints).toEqual([]);
    await guest.leave();
  });
});
