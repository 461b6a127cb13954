import { type AssetDto, type AssetKind, type Client, createAsset } from '#sdk';
import type { MessageId } from '../i18n/messages.js';
import type { MediaType } from '../media/media-type.js';

/** Larger ones are not sent at all; a plan may allow less. */
export const MOST_UPLOAD_BYTES = 25_000_000;

/** What is taken, by what it is; the server looks into the files, this only at their names for it. */
const TAKEN: Record<MediaType, readonly string[]> = {
  image: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'],
  video: ['video/mp4', 'video/webm', 'video/quicktime'],
  audio: ['audio/mpeg', 'audio/wav', 'audio/x-wav', 'audio/flac', 'audio/ogg', 'audio/mp4', 'audio/webm', 'audio/aac'],
};

/** For the browser's own window of files. */
export function acceptOf(kinds: readonly MediaType[]): string {
  return kinds.flatMap((kind) => TAKEN[kind]).join(',');
}

/** Why a file is not even sent; undefined: it may be. */
export function faultOfFile(file: File, kinds: readonly MediaType[]): MessageId | undefined {
  if (!kinds.some((kind) => TAKEN[kind].includes(file.type))) {
    return kinds.length > 1 ? 'upload.wrongType' : `upload.wrong_${kinds[0] ?? 'image'}`;
  }
  if (file.size > MOST_UPLOAD_BYTES) return 'upload.tooLarge';
  if (file.size === 0) return 'upload.empty';
  return undefined;
}

/** @throws ApiError when the server refuses it */
export async function upload(client: Client, file: File, kind: AssetKind = 'reference'): Promise<AssetDto> {
  const { data } = await createAsset({ client, body: { file }, query: { kind, name: file.name }, throwOnError: true });
  return data;
}

/** The files that were dropped or pasted. */
export function filesIn(data: DataTransfer | null): File[] {
  return Array.from(data?.files ?? []);
}
