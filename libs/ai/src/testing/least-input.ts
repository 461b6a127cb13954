import type { ModelDefinition } from '../models/model.js';
import { inputSchema } from '../models/model-catalogue.js';

/** The least that a model asks for: a text, and the files it needs. */
export function leastInput(model: ModelDefinition): Record<string, unknown> {
  const { required = [], properties } = inputSchema(model) as {
    required?: string[];
    properties: Record<string, { type?: string }>;
  };
  const isFile = (name: string) => name in (model.inputFiles ?? {}) || name.endsWith('_url');
  const valueOf = (name: string) => {
    const value = isFile(name) ? 'https://example.com/file' : 'Um farol ao entardecer';
    return properties[name]?.type === 'array' ? [value] : value;
  };
  return Object.fromEntries(required.map((name) => [name, valueOf(name)]));
}
