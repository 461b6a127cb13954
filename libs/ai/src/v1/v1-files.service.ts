import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readParts, type Tenant } from '#core/http';
import type { AssetRow } from '../assets/assets.repository.js';
import { AssetsService, type NewUpload } from '../assets/assets.service.js';
import { readDataUrl } from './data-urls.js';

/** OpenAI's own bounds: 16 pictures and a mask. */
const MAX_FILES = 17;
const MAX_FIELDS = 60;

/** Files that came with a request, kept as assets. */
export interface BroughtFiles {
  /** Takes back the files that this request has brought, when it is refused; unless they were to be kept. */
  discard: () => Promise<void>;
  /** A job needs them. */
  keep: () => void;
}

/** A form with files. */
export interface ReceivedForm extends BroughtFiles {
  /** The texts by parameter; those of `name[]` are a list. */
  fields: Record<string, string | string[]>;
  /** The assets by parameter, in their order. */
  files: Record<string, AssetRow[]>;
}

/** References to pictures: addresses, data URLs and ids of assets. */
interface ReferredPictures {
  images: string[];
  mask?: string;
}

/** Files that come with a request, as OpenAI's clients send them. */
@Injectable()
export class V1Files {
  constructor(private readonly assets: AssetsService) {}

  /**
   * Keeps the files of a request as the organization's assets, while they come in; one that is there already is used.
   * @throws the refusals of AssetsService and of forms that cannot be read; nothing is kept then
   */
  async receive(tenant: Tenant, request: FastifyRequest): Promise<ReceivedForm> {
    const files: Record<string, AssetRow[]> = {};
    const { take, ...brought } = this.bring(tenant);
    const maxFileBytes = await this.assets.maxUploadBytes(tenant);
    try {
      const limits = { maxFileBytes, maxFiles: MAX_FILES, maxFields: MAX_FIELDS };
      const texts = await readParts(request, limits, async ({ field, ...file }) => {
        (files[plain(field)] ??= []).push(await take(file));
      });
      return { fields: fieldsOf(texts), files, ...brought };
    } catch (error) {
      await brought.discard();
      throw error;
    }
  }

  /**
   * Keeps the files that are written in data URLs.
   * @returns the references with ids of assets in their place
   * @throws the refusals of AssetsService; nothing is kept then
   */
  async open(tenant: Tenant, { images, mask }: ReferredPictures): Promise<ReferredPictures & BroughtFiles> {
    const { take, ...brought } = this.bring(tenant);
    const opened = async (reference: string): Promise<string> => {
      const written = readDataUrl(reference);
      return written ? (await take({ ...written, name: 'data' })).id : reference;
    };
    try {
      const references: string[] = [];
      // One after the other: an equal picture is found, not kept again.
      for (const image of images) references.push(await opened(image));
      return { images: references, ...(mask !== undefined && { mask: await opened(mask) }), ...brought };
    } catch (error) {
      await brought.discard();
      throw error;
    }
  }

  private bring(tenant: Tenant): BroughtFiles & { take: (file: NewUpload) => Promise<AssetRow> } {
    const made: string[] = [];
    return {
      take: async (file) => {
        const { asset, isReplayed } = await this.assets.create(tenant, { ...file, reuse: true });
        if (!isReplayed) made.push(asset.id);
        return asset;
      },
      discard: async () => {
        for (const id of made.splice(0)) await this.assets.delete(tenant, id);
      },
      keep: () => void made.splice(0),
    };
  }
}

function fieldsOf(texts: Record<string, string[]>): ReceivedForm['fields'] {
  return Object.fromEntries(
    Object.entries(texts).map(([name, values]) => [plain(name), name === plain(name) ? (values[0] ?? '') : values]),
  );
}

/** `image[]` is one of several `image`s. */
function plain(name: string): string {
  return name.replace(/\[\d*\]$/, '');
}
