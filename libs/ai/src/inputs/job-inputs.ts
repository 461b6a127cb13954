import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { InvalidRequest, NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { OutboundFetch } from '#core/outbound';
import { FileStorage } from '#core/storage';
import { AssetsService } from '../assets/assets.service.js';
import type { AssetRow } from '../assets/assets.repository.js';
import { unfitness } from './input-file-limits.js';
import { opensSomething } from './masked-pictures.js';
import { assetIdOf, referencesIn, referenceTo } from '../models/file-reference.js';
import { isPlayed } from '../models/model-catalogue.js';
import type { ModelDefinition } from '../models/model.js';

type Input = Readonly<Record<string, unknown>>;

/** Makes the files of a request the organization's own, and checks them, before anything is held. */
@Injectable()
export class JobInputs {
  constructor(
    private readonly assets: AssetsService,
    private readonly storage: FileStorage,
    private readonly outbound: OutboundFetch,
    private readonly config: AppConfig,
  ) {}

  /** What can be told of an input without looking at its files. @throws AddressRefused, InvalidRequest */
  check(model: ModelDefinition, input: Input): void {
    for (const { reference, pointer } of placesIn(model, input)) {
      if (assetIdOf(reference) === undefined) this.outbound.check(reference, 'customer');
      else if (model.needsAddresses && !this.isReachable()) {
        throw refused(pointer, 'needs_address', 'must be an https address: this installation has no public one itself');
      }
    }
  }

  /**
   * An input with a sound or a video of known length pays for that length. Addresses have not been fetched by then.
   * @throws InvalidRequest for an asset that is not there
   */
  async fit(tenant: Tenant, model: ModelDefinition, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (!model.fitTo) return input;
    const assets = placesIn(model, input).filter(({ reference }) => assetIdOf(reference) !== undefined);
    const found = await Promise.all(assets.map((place) => this.find(tenant, place, false)));
    const longestMs = Math.max(...found.map((asset) => asset?.durationMs ?? 0));
    return longestMs > 0 ? model.fitTo(input, longestMs) : input;
  }

  /** What `resolve` would find of assets and masks; nothing is fetched, and nothing kept. @throws as it does */
  async checkFiles(tenant: Tenant, model: ModelDefinition, input: Input): Promise<void> {
    await this.look(tenant, model, input, false);
  }

  /**
   * Looks at every file: assets must be the organization's, addresses are fetched and become assets (an equal one that is
   * there already is taken), and each must be what the model takes. For a model that is only played nothing is fetched.
   * @returns the input with assets in the place of addresses
   * @throws InvalidRequest, naming the field; AddressRefused, FetchFailed and the refusals of AssetsService
   */
  resolve(tenant: Tenant, model: ModelDefinition, input: Input): Promise<Record<string, unknown>> {
    return this.look(tenant, model, input, !isPlayed(model, tenant.testMode));
  }

  private async look(
    tenant: Tenant,
    model: ModelDefinition,
    input: Input,
    fetches: boolean,
  ): Promise<Record<string, unknown>> {
    const resolved: Record<string, unknown> = { ...input };
    const firstFiles: Record<string, AssetRow | undefined> = {};
    const longestMs = model.longestFileMs?.(input);
    for (const [field, type] of Object.entries(model.inputFiles ?? {})) {
      const places = placesIn(model, input).filter((place) => place.field === field);
      const references = await Promise.all(
        places.map(async (place, index) => {
          const { reference, pointer } = place;
          const asset = await this.find(tenant, place, fetches);
          if (index === 0) firstFiles[field] = asset;
          if (!asset) return reference;
          const facts = { ...asset, bytes: Number(asset.bytes) };
          const reason = unfitness(facts, type, model.fileLimits?.[field], longestMs);
          if (reason) throw refused(pointer, 'unfit_file', reason);
          // A provider that fetches files itself is sent elsewhere when it cannot come here.
          const stays = assetIdOf(reference) === undefined && model.needsAddresses && !this.isReachable();
          return stays ? reference : referenceTo(asset.id);
        }),
      );
      if (references.length > 0) resolved[field] = Array.isArray(input[field]) ? references : references[0];
    }
    checkResult(model, input, firstFiles['image']);
    await this.checkMasks(model, input, firstFiles);
    return resolved;
  }

  /** @throws InvalidRequest for a mask over nothing, of another size than what it lies over, or that opens nothing */
  private async checkMasks(
    model: ModelDefinition,
    input: Input,
    firstFiles: Record<string, AssetRow | undefined>,
  ): Promise<void> {
    for (const [field, over] of Object.entries(model.masks ?? {})) {
      if (referencesIn(input, field).length === 0) continue;
      if (referencesIn(input, over).length === 0)
        throw refused(`/input/${over}`, 'required', 'is what the mask lies over');
      const [mask, picture] = [firstFiles[field], firstFiles[over]];
      if (mask && picture && (mask.width !== picture.width || mask.height !== picture.height)) {
        const reason = `must be as large as the picture, ${picture.width} x ${picture.height}; it has ${mask.width} x ${mask.height}`;
        throw refused(`/input/${field}`, 'unfit_mask', reason);
      }
      if (mask && !(await opensSomething(await buffer(this.storage.read(mask.storagePath))))) {
        throw refused(
          `/input/${field}`,
          'empty_mask',
          'must be transparent where the picture is to change; it is nowhere',
        );
      }
    }
  }

  /** @returns undefined for an address that is not to be fetched */
  private async find(tenant: Tenant, { reference, pointer }: Place, fetches: boolean): Promise<AssetRow | undefined> {
    const assetId = assetIdOf(reference);
    if (assetId !== undefined) {
      return this.assets.get(tenant, assetId).catch((error: unknown) => {
        // Whether it is nobody's or somebody else's is not told.
        throw NotFound.is(error) ? refused(pointer, 'unknown_asset', 'is no asset of this organization') : error;
      });
    }
    if (!fetches) return undefined;
    return (await this.assets.import(tenant, reference, { reuse: true })).asset;
  }

  private isReachable(): boolean {
    return this.config.http.publicUrl.startsWith('https:');
  }
}

interface Place {
  field: string;
  reference: string;
  /** Into the body of the request. */
  pointer: string;
}

function placesIn(model: ModelDefinition, input: Input): Place[] {
  return Object.keys(model.inputFiles ?? {}).flatMap((field) =>
    referencesIn(input, field).map((reference, index) => ({
      field,
      reference,
      pointer: `/input/${field}${Array.isArray(input[field]) ? `/${index}` : ''}`,
    })),
  );
}

/** Pixels a side, of the formats that end somewhere. */
const LONGEST_SIDES: Readonly<Record<string, number>> = { webp: 16_383, jpeg: 65_535 };

/** @throws InvalidRequest for a result that its format cannot hold */
function checkResult(model: ModelDefinition, input: Input, picture: AssetRow | undefined): void {
  const format = String(input['output_format']);
  const longest = LONGEST_SIDES[format];
  if (longest === undefined || !picture?.width || !picture.height) return;
  const result = model.resultSize?.(input, { width: picture.width, height: picture.height });
  if (!result || Math.max(result.width, result.height) <= longest) return;
  const reason = `cannot be ${format}, which has at most ${longest} pixels a side: the result has ${result.width} x ${result.height}`;
  throw refused('/input/output_format', 'unfit_format', reason);
}

function refused(pointer: string, code: string, message: string): Error {
  return InvalidRequest({
    detail: 'A file of the input cannot be used.',
    errors: [{ pointer, code, message }],
  });
}
