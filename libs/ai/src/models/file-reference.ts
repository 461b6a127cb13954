import { z } from 'zod';
import type { MediaType } from '../providers/provider.js';

const ASSET_SCHEME = 'asset:';
const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const ASSET = new RegExp(`^(?:${ASSET_SCHEME})?(${UUID})$`);
const ADDRESS = /^https?:\/\/\S+$/i;
const MAX_ADDRESS_LENGTH = 2000;

const wanted = 'must be asset:<id>, {"assetId": "<id>"} or an https address';
const asObject = z.union([z.strictObject({ assetId: z.string() }), z.strictObject({ url: z.string() })]);

/**
 * A reference to a file: `asset:<id>` (the id alone will do), `{ assetId }`, an https address, or `{ url }`. Comes out as
 * the first or the third. In the JSON Schema `x-media` says what kind of file it takes.
 */
export function fileReference(description: string, media: MediaType = 'image') {
  return z
    .unknown()
    .transform((value, context): string => {
      const reference = toReference(value);
      if (reference !== undefined) return reference;
      context.addIssue({ code: 'custom', message: wanted, params: { code: 'file_reference' } });
      return z.NEVER;
    })
    .meta({
      description,
      'x-media': media,
      anyOf: [
        { type: 'string', maxLength: MAX_ADDRESS_LENGTH, pattern: `^(https://\\S+|(asset:)?${UUID})$` },
        {
          type: 'object',
          properties: { assetId: { type: 'string', format: 'uuid' } },
          required: ['assetId'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: { url: { type: 'string', maxLength: MAX_ADDRESS_LENGTH } },
          required: ['url'],
          additionalProperties: false,
        },
      ],
    });
}

/** Several of them. */
export function fileReferences(max: number, description: string, media: MediaType = 'image') {
  return z.array(fileReference('One of them', media)).max(max).optional().describe(description);
}

/** The asset that a checked reference names; undefined: it is an address. */
export function assetIdOf(reference: string): string | undefined {
  return ASSET.exec(reference)?.[1]?.toLowerCase();
}

/** The checked reference to an asset. */
export function referenceTo(assetId: string): string {
  return ASSET_SCHEME + assetId;
}

/** Which addresses may be fetched is decided where they are: plain http only on the installation's allow-list. */
export function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_LENGTH && ADDRESS.test(text);
}

/** The checked references of one field of an input, in their order. */
export function referencesIn(input: Readonly<Record<string, unknown>>, field: string): string[] {
  return [input[field]].flat().filter((one): one is string => typeof one === 'string');
}

function toReference(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    const parsed = asObject.safeParse(value).data;
    if (parsed === undefined) return undefined;
    return 'assetId' in parsed ? toAsset(parsed.assetId) : toAddress(parsed.url);
  }
  return toAsset(value) ?? toAddress(value);
}

function toAsset(text: string): string | undefined {
  const id = assetIdOf(text);
  return id && referenceTo(id);
}

function toAddress(text: string): string | undefined {
  return isAddress(text) ? text : undefined;
}
