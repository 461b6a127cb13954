import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readParts, type Tenant } from '#core/http';
import type { AssetRow } from '../assets/assets.repository.js';
import { AssetsService } from '../assets/assets.service.js';

/** OpenAI's own bounds: 16 pictures and a mask. */
const MAX_FILES = 17;
const MAX_FIELDS = 60;

/** A form with files, these kept as assets. */
export interface ReceivedForm {
  /** The texts by parameter; those of `name[]` are a list. */
  fields: Record<string, string | string[]>;
  /** The assets by parameter, in their order. */
  files: Record<string, AssetRow[]>;
  /** Takes back the files that this request has brought, when it is refused; unless they were to be kept. */
  discard: () => Promise<void>;
  /** A job needs them. */
  keep: () => void;
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
    const made: string[] = [];
    const discard = async (): Promise<void> => {
      for (const id of made.splice(0)) await this.assets.delete(tenant, id);
    };
    const maxFileBytes = await this.assets.maxUploadBytes(tenant);
    try {
      const limits = { maxFileBytes, maxFiles: MAX_FILES, maxFields: MAX_FIELDS };
      const texts = await readParts(request, limits, async ({ field, name, declaredType, body }) => {
        const { asset, isReplayed } = await this.assets.create(tenant, { name, declaredType, body, reuse: true });
        if (!isReplayed) made.push(asset.id);
        (files[plain(field)] ??= []).push(asset);
      });
      return { fields: fieldsOf(texts), files, discard, keep: () => void made.splice(0) };
    } catch (error) {
      await discard();
      throw error;
    }
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
