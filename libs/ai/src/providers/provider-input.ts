import type { z } from 'zod';
import { invalidInput } from './provider.errors.js';
import type { GenerationRequest, InputFile } from './provider.js';

/**
 * Checks what goes to a provider once more, against what the provider takes: anything else would be paid for and ignored.
 * @throws ProviderError
 */
export function checkInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** The input without the references to files, which every provider takes in its own way. */
export function plainInput(request: GenerationRequest): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request.input).filter(([name]) => !(name in request.files)));
}

/** @throws ProviderError when the input names no file there */
export function fileOf(request: GenerationRequest, field: string): InputFile {
  const file = request.files[field]?.[0];
  if (!file) throw invalidInput(`${field}: a file is missing`);
  return file;
}

/** For multipart bodies. */
export function toFile(file: InputFile, name: string): File {
  return new File([new Uint8Array(file.bytes)], `${name}.${file.mimeType.split('/')[1] ?? 'bin'}`, {
    type: file.mimeType,
  });
}

/** Larger files make requests that some servers refuse. */
const MAX_DATA_URL_BYTES = 1024 ** 2;

/** An address for JSON APIs that fetch addresses and data URLs alike. */
export function toAddress(file: InputFile): string {
  return file.url !== undefined && file.bytes.length > MAX_DATA_URL_BYTES ? file.url : toDataUrl(file);
}

/** The fields that take files, each as the provider takes them: one, or a list where the input has one. */
export function fileFields(
  request: GenerationRequest,
  encode: (file: InputFile, field: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request.files).map(([field, files]) => {
      const sent = files.map((file) => encode(file, field));
      return [field, Array.isArray(request.input[field]) ? sent : sent[0]];
    }),
  );
}

/** `data:` URL, which most JSON APIs take in the place of an address. */
export function toDataUrl(file: InputFile): string {
  return `data:${file.mimeType};base64,${file.bytes.toString('base64')}`;
}
