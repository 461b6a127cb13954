import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioGrounds } from '../testing/index.js';
import type { BrandKitDto, BrandKitListDto } from './brand-kits.dto.js';

describe('brand kits', () => {
  let grounds: StudioGrounds;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
  });
  afterAll(() => grounds.stop());

  const AURORA = {
    name: 'Café Aurora',
    colors: [{ name: 'Azul profundo', value: '#12355b' }],
    fonts: [{ role: 'Títulos', family: 'Manrope' }],
    tone: 'acolhedor',
    keywords: ['luz da manhã'],
    guidelines: 'Nunca usar sombras duras.',
  };

  async function makeAsset(mimeType: string, organizationId = grounds.organizationId): Promise<string> {
    const [asset] = await grounds.api.sql<{ id: string }>(
      `insert into assets (organization_id, name, mime_type, bytes, sha256, storage_path)
       values ($1, 'logo', $2, 1, repeat('a', 64), $1::text || '/assets/logo.png') returning id`.replace(
        '($1,',
        '($1::uuid,',
      ),
      [organizationId, mimeType],
    );
    return asset?.id ?? '';
  }

  it('keep a brand, and say what it adds to a prompt', async () => {
    const logoAssetId = await makeAsset('image/png');
    const { status, body } = await grounds.send<BrandKitDto>('POST', '/brand-kits', { ...AURORA, logoAssetId });
    expect([status, body]).toEqual([201, expect.objectContaining({ ...AURORA, logoAssetId })]);
    expect(body.logoUrl).toContain('/api/files/');
    expect(body.promptAddition).toEqual({
      en: 'Brand palette: Azul profundo (#12355b). Mood: acolhedor. Keywords: luz da manhã.',
      'pt-BR': 'Paleta da marca: Azul profundo (#12355b). Clima: acolhedor. Palavras-chave: luz da manhã.',
    });
    const changed = await grounds.send<BrandKitDto>('PATCH', `/brand-kits/${body.id}`, {
      tone: 'sóbrio',
      logoAssetId: null,
    });
    expect(changed.body).toMatchObject({ tone: 'sóbrio', logoAssetId: null, logoUrl: null, colors: AURORA.colors });
    expect((await grounds.send<BrandKitListDto>('GET', '/brand-kits')).body.data.map(({ id }) => id)).toEqual([
      body.id,
    ]);
    expect((await grounds.send('DELETE', `/brand-kits/${body.id}`)).status).toBe(204);
    expect((await grounds.send('GET', `/brand-kits/${body.id}`)).status).toBe(404);
  });

  it('take no logo that is no picture, or another organization’s', async () => {
    const elsewhere = await grounds.api.createOrganization(await grounds.api.register());
    for (const logoAssetId of [await makeAsset('font/woff2'), await makeAsset('image/png', elsewhere)]) {
      const answer = await grounds.send<{ errors: { code: string }[] }>('POST', '/brand-kits', {
        name: 'X',
        logoAssetId,
      });
      expect([answer.status, answer.body.errors[0]?.code]).toEqual([422, 'unknown_asset']);
    }
  });

  it.each([
    ['a colour that is none', { colors: [{ name: 'Azul', value: 'blue' }] }],
    ['a colour with more to it', { colors: [{ name: 'Azul', value: '#12355b', alpha: 1 }] }],
    ['no name', { name: '' }],
    ['null for a list', { keywords: null }],
  ])('refuse %s', async (_what, more) => {
    expect((await grounds.send('POST', '/brand-kits', { ...AURORA, ...more })).status).toBe(422);
  });
});
