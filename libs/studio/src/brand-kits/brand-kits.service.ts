import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { FileUrls } from '#core/storage';
import { BrandKitCreated, BrandKitDeleted, BrandKitUpdated } from '../studio.audit.js';
import { TooMany } from '../studio.errors.js';
import type { BrandKitDto, BrandKitListDto, CreateBrandKitDto, UpdateBrandKitDto } from './brand-kits.dto.js';
import { type BrandKitRow, BrandKitsRepository, type BrandKitTerms } from './brand-kits.repository.js';
import { promptAddition } from './prompt-addition.js';

const MAX_BRAND_KITS = 100;
const EMPTY: BrandKitTerms = {
  name: '',
  colors: [],
  fonts: [],
  tone: '',
  keywords: [],
  guidelines: '',
  logoAssetId: null,
};

/** The brands that an organization works for. A kit changes no prompt by itself: it says what it would add. */
@Injectable()
export class BrandKitsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: BrandKitsRepository,
    private readonly fileUrls: FileUrls,
    private readonly audit: AuditTrail,
  ) {}

  /** By name. */
  async list(tenant: Tenant): Promise<BrandKitListDto> {
    const kits = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.list(trx, tenant.organization.id, MAX_BRAND_KITS),
    );
    return { data: kits.map((kit) => this.toDto(kit)) };
  }

  /** @throws NotFound also for another organization's */
  async get(tenant: Tenant, id: string): Promise<BrandKitDto> {
    return this.toDto(await withTenant(this.db, tenant.claims, (trx) => this.find(trx, tenant, id)));
  }

  /** @throws TooMany; InvalidRequest for a logo that is no image among the assets */
  async create(tenant: Tenant, dto: CreateBrandKitDto): Promise<BrandKitDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      if ((await this.repository.count(trx, tenant.organization.id)) >= MAX_BRAND_KITS) {
        throw TooMany(`An organization keeps at most ${MAX_BRAND_KITS} brand kits. Delete one first.`);
      }
      await this.assertLogo(trx, tenant, dto.logoAssetId);
      const id = await this.repository.insert(trx, tenant.organization.id, tenant.userId, merge(EMPTY, dto));
      const kit = await this.find(trx, tenant, id);
      await this.audit.write(trx, BrandKitCreated, { by: tenant, target: id, after: kit });
      return this.toDto(kit);
    });
  }

  /** @throws NotFound; InvalidRequest for a logo that is no image among the assets */
  async update(tenant: Tenant, id: string, dto: UpdateBrandKitDto): Promise<BrandKitDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      await this.assertLogo(trx, tenant, dto.logoAssetId);
      await this.repository.update(trx, tenant.organization.id, id, merge(before, dto));
      const after = await this.find(trx, tenant, id);
      await this.audit.write(trx, BrandKitUpdated, { by: tenant, target: id, before, after });
      return this.toDto(after);
    });
  }

  /** @throws NotFound */
  async delete(tenant: Tenant, id: string): Promise<void> {
    await withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      await this.repository.delete(trx, tenant.organization.id, id);
      await this.audit.write(trx, BrandKitDeleted, { by: tenant, target: id, before });
    });
  }

  private async find(trx: Trx, tenant: Tenant, id: string): Promise<BrandKitRow> {
    const kit = await this.repository.find(trx, tenant.organization.id, id);
    if (!kit) throw NotFound();
    return kit;
  }

  private async assertLogo(trx: Trx, tenant: Tenant, assetId: string | null | undefined): Promise<void> {
    if (!assetId || (await this.repository.hasImage(trx, tenant.organization.id, assetId))) return;
    throw InvalidRequest({
      errors: [{ pointer: '/logoAssetId', code: 'unknown_asset', message: 'must be an image among the assets' }],
    });
  }

  private toDto({ logoPath, ...kit }: BrandKitRow): BrandKitDto {
    return {
      ...kit,
      logoUrl: logoPath && this.fileUrls.sign(logoPath).url,
      promptAddition: { en: promptAddition(kit, 'en'), 'pt-BR': promptAddition(kit, 'pt-BR') },
    };
  }
}

function merge(now: BrandKitTerms, dto: UpdateBrandKitDto): BrandKitTerms {
  return {
    name: dto.name ?? now.name,
    colors: dto.colors ?? now.colors,
    fonts: dto.fonts ?? now.fonts,
    tone: dto.tone ?? now.tone,
    keywords: dto.keywords ?? now.keywords,
    guidelines: dto.guidelines ?? now.guidelines,
    logoAssetId: dto.logoAssetId === undefined ? now.logoAssetId : dto.logoAssetId,
  };
}
