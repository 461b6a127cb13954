import { Readable } from 'node:stream';
import { AssetsService } from '#ai';
import { PaymentsService, TopUpsService } from '#billing';
import type { Person, Role, Tenant } from '#core/http';
import { BrandKitsService, PresetsService, ProjectsService, SelectionService, ShareLinksService } from '#studio';
import { BRAND_KITS, PRESETS, PROJECTS, SHARES } from './agency-content.js';
import { drawLogo } from './agency-logo.js';
import type { SeedContext } from './scenario.js';

export type Member = Tenant & Person;

interface Agency {
  members: Record<Role, Member>;
  /** In the order of PROJECTS; null for one that its users have removed. */
  projects: (string | null)[];
  /** The generated files, newest first. */
  files: string[];
}

const DAY_MS = 86_400_000;

/** What people keep beside their files. */
export async function furnish(context: SeedContext, agency: Agency): Promise<void> {
  await keepFavorites(context, agency);
  const { creator } = agency.members;
  for (const preset of PRESETS) await context.services.get(PresetsService, { strict: false }).create(creator, preset);
  await keepUploads(context, agency);
  await keepBrands(context, agency);
  await share(context, agency);
  await context.services.get(SelectionService, { strict: false }).delete(creator, agency.files.slice(-2));
  await archive(context, agency);
  await buyCredits(context, agency);
}

async function keepFavorites({ services }: SeedContext, { members, files }: Agency): Promise<void> {
  for (const [member, step] of [
    [members.owner, 7],
    [members.creator, 4],
    [members.viewer, 9],
  ] as const) {
    const generationIds = files.filter((_, place) => place % step === 0);
    await services.get(SelectionService, { strict: false }).favorite(member, { generationIds, favorite: true });
  }
}

/** Some files of their own serve as references for the next ones. */
async function keepUploads({ services }: SeedContext, { members, files }: Agency): Promise<void> {
  const assets = services.get(AssetsService, { strict: false });
  for (const file of files.slice(0, 6)) await assets.createFromGeneration(members.creator, file);
}

async function keepBrands({ services }: SeedContext, { members: { admin } }: Agency): Promise<void> {
  for (const kit of BRAND_KITS) {
    const logo = await drawLogo(kit.colors.map(({ value }) => value));
    const { asset } = await services
      .get(AssetsService, { strict: false })
      .create(admin, { body: Readable.from([logo]), name: `${kit.name}.png`, kind: 'logo' });
    await services.get(BrandKitsService, { strict: false }).create(admin, { ...kit, logoAssetId: asset.id });
  }
}

async function share({ services }: SeedContext, { members: { creator }, files }: Agency): Promise<void> {
  const links = services.get(ShareLinksService, { strict: false });
  for (const { title, from, count, showPrompts, days, isRevoked } of SHARES) {
    const expiresAt = days === undefined ? null : new Date(Date.now() + days * DAY_MS).toISOString();
    const generationIds = files.slice(from, from + count);
    const link = await links.create(creator, { generationIds, title, showPrompts, expiresAt });
    if (isRevoked) await links.revoke(creator, link.id);
  }
}

async function archive({ services }: SeedContext, { members: { admin }, projects }: Agency): Promise<void> {
  for (const [place, id] of projects.entries()) {
    if (id && PROJECTS[place]?.isOver) {
      await services.get(ProjectsService, { strict: false }).update(admin, id, { archived: true });
    }
  }
}

async function buyCredits({ services }: SeedContext, { members: { owner, billing } }: Agency): Promise<void> {
  const topUps = services.get(TopUpsService, { strict: false });
  const payments = services.get(PaymentsService, { strict: false });
  for (const paid of [true, true, false]) {
    const { invoice } = await topUps.buy(billing, { packId: 'pack-10k', currency: 'BRL' });
    if (paid) await payments.markPaid({ ...owner, isOperator: true }, invoice.id, { method: 'pix' });
  }
}
