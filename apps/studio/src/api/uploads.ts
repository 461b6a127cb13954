import { type AssetDto, type Client, createAsset } from '#sdk';
import type { MessageId } from '../i18n/messages.js';
import { MEDIA_TYPES, type MediaType } from '../media/media-type.js';

/** What may be sent to a place. */
export interface UploadLimits {
  mimeTypes: readonly string[];
  /** Left out: as large as the plan allows. */
  maxBytes?: number;
}

/** What is taken, by what it is; the server looks into the files, this only at their names for it. */
const TAKEN: Record<MediaType, readonly string[]> = {
  image: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'],
  video: ['video/mp4', 'video/webm', 'video/quicktime'],
  audio: ['audio/mpeg', 'audio/wav', 'audio/flac', 'audio/ogg', 'audio/mp4', 'audio/webm', 'audio/aac'],
};

export const ANY_UPLOAD: UploadLimits = { mimeTypes: MEDIA_TYPES.flatMap((kind) => TAKEN[kind]) };
export const IMAGE_UPLOAD: UploadLimits = { mimeTypes: TAKEN.image };

/** What browsers call some of these kinds. */
const SAME: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'video/x-m4v': 'video/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
};

/** What people call them, where that is not the second half in capitals. */
const NAMES: Readonly<Record<string, string>> = {
  'image/webp': 'WebP',
  'video/webm': 'WebM',
  'video/quicktime': 'MOV',
  'audio/mpeg': 'MP3',
  'audio/ogg': 'Ogg',
  'audio/mp4': 'M4A',
  'audio/webm': 'WebM',
};

/** The kinds as people call them, each once. */
export function kindNames({ mimeTypes }: UploadLimits): string[] {
  return [...new Set(mimeTypes.map((type) => NAMES[type] ?? type.split('/')[1]?.toUpperCase() ?? type))];
}

/** For the browser's own window of files. */
export function acceptOf({ mimeTypes }: UploadLimits): string {
  const others = Object.keys(SAME).filter((name) => mimeTypes.includes(SAME[name] ?? ''));
  return [...mimeTypes, ...others].join(',');
}

export const isOfKind = (file: File, { mimeTypes }: UploadLimits): boolean =>
  mimeTypes.includes(SAME[file.type] ?? file.type);

/** Why a file is not even sent; undefined: it may be. */
export function faultOfFile(file: File, limits: UploadLimits): MessageId | undefined {
  if (!isOfKind(file, limits)) return 'upload.wrongType';
  if (limits.maxBytes !== undefined && file.size > limits.maxBytes) return 'upload.tooLarge';
  if (file.size === 0) return 'upload.empty';
  return undefined;
}

/** @throws ApiError when the server refuses it */
export async function upload(client: Client, file: File): Promise<AssetDto> {
  const query = { kind: 'reference', name: file.name } as const;
  return (await createAsset({ client, body: { file }, query, throwOnError: true })).data;
}

/** The files that were dropped or pasted. */
export function filesIn(data: DataTransfer | null): File[] {
  return Array.from(data?.files ?? []);
}
