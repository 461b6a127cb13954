import type { ModelDefinition } from '../models/model.js';
import { inputSchema } from '../models/model-catalogue.js';

/** The least that a model asks for: a text, and the files it needs. */
export function leastInput(model: ModelDefinition): Record<string, unknown> {
  const required = (inputSchema(model)['required'] ?? []) as string[];
  const isFile = (name: string) => name in (model.inputFiles ?? {}) || name.endsWith('_url');
  return Object.fromEntries(
    required.map((name) => [name, isFile(name) ? 'https://example.com/file' : 'Um farol ao entardecer']),
  );
}
