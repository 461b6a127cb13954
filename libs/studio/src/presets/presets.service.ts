import { Injectable } from '@nestjs/common';
import { findModel, inputSchema } from '#ai';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { PresetCreated, PresetDeleted, PresetUpdated } from '../studio.audit.js';
import { TooMany } from '../studio.errors.js';
import type { CreatePresetDto, ListPresetsQuery, PresetDto, PresetListDto, UpdatePresetDto } from './presets.dto.js';
import { type PresetRow, PresetsRepository } from './presets.repository.js';

/** An organization's, shared and private ones together. */
const MAX_PRESETS = 500;
const MAX_INPUT_CHARACTERS = 32 * 1024;

/** Saved forms: shared in the organization, or one's own. Another member's private one does not exist for oneself. */
@Injectable()
export class PresetsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: PresetsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** By name: the shared ones and my own. */
  async list(tenant: Tenant, { type }: ListPresetsQuery): Promise<PresetListDto> {
    const presets = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.list(trx, tenant.organization.id, type, MAX_PRESETS),
    );
    return { data: presets.map(toDto) };
  }

  /** @throws UnknownModel, ModelRetired, TooMany; InvalidRequest for a field that the model does not take */
  async create(tenant: Tenant, dto: CreatePresetDto): Promise<PresetDto> {
    const model = findModel(dto.model);
    assertFits(dto.model, dto.input);
    return withTenant(this.db, tenant.claims, async (trx) => {
      if ((await this.repository.count(trx, tenant.organization.id)) >= MAX_PRESETS) {
        throw TooMany(`An organization keeps at most ${MAX_PRESETS} presets. Delete one first.`);
      }
      const id = await this.repository.insert(trx, tenant.organization.id, {
        name: dto.name,
        type: model.type,
        model: model.id,
        input: dto.input,
        userId: dto.shared ? null : tenant.userId,
      });
      const preset = await this.find(trx, tenant, id);
      await this.audit.write(trx, PresetCreated, { by: tenant, target: id, after: toDto(preset) });
      return toDto(preset);
    });
  }

  /** @throws NotFound, UnknownModel, ModelRetired; InvalidRequest for a field that the model does not take */
  async update(tenant: Tenant, id: string, dto: UpdatePresetDto): Promise<PresetDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      const after = { ...before, name: dto.name ?? before.name, input: dto.input ?? before.input };
      if (dto.model !== undefined || dto.input !== undefined) {
        const model = findModel(dto.model ?? before.model);
        assertFits(model.id, after.input);
        Object.assign(after, { model: model.id, type: model.type });
      }
      if (dto.shared !== undefined) after.userId = dto.shared ? null : (before.userId ?? tenant.userId);
      await this.repository.update(trx, tenant.organization.id, id, after);
      const stored = await this.find(trx, tenant, id);
      await this.audit.write(trx, PresetUpdated, {
        by: tenant,
        target: id,
        before: toDto(before),
        after: toDto(stored),
      });
      return toDto(stored);
    });
  }

  /** @throws NotFound */
  async delete(tenant: Tenant, id: string): Promise<void> {
    await withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      await this.repository.delete(trx, tenant.organization.id, id);
      await this.audit.write(trx, PresetDeleted, { by: tenant, target: id, before: toDto(before) });
    });
  }

  private async find(trx: Trx, tenant: Tenant, id: string): Promise<PresetRow> {
    const preset = await this.repository.find(trx, tenant.organization.id, id);
    if (!preset) throw NotFound();
    return preset;
  }
}

/** Values are checked when a job is made of them: a preset may be incomplete, but every field must mean something. */
function assertFits(modelId: string, input: Record<string, unknown>): void {
  const known = (inputSchema(findModel(modelId)) as { properties?: object }).properties ?? {};
  const errors = Object.keys(input)
    .filter((field) => !Object.hasOwn(known, field))
    .map((field) => ({
      pointer: `/input/${field}`,
      code: 'unknown_field',
      message: 'is not a parameter of this model',
    }));
  if (JSON.stringify(input).length > MAX_INPUT_CHARACTERS) {
    errors.push({
      pointer: '/input',
      code: 'too_big',
      message: `must have at most ${MAX_INPUT_CHARACTERS} characters`,
    });
  }
  if (errors.length > 0) throw InvalidRequest({ detail: `The input does not fit ${modelId}.`, errors });
}

function toDto({ userId, ...preset }: PresetRow): PresetDto {
  return { ...preset, shared: userId === null };
}
