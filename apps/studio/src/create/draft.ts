import type { JobDto } from '#sdk';
import type { MediaType } from '../media/media-type.js';
import { deviceMemory } from '../state/device-memory.js';
import { createStore, type Store, useStore } from '../state/store.js';
import { type Values, valuesFrom } from './schema-fields.js';

/** What somebody is about to ask for. Kept on this device, so that a reload loses nothing. */
export interface Draft {
  type: MediaType;
  /** The models chosen for each kind; several are run side by side. Empty: the first one. */
  models: Partial<Record<MediaType, readonly string[]>>;
  prompt: string;
  values: Values;
  /** The project that what is made goes into; null: none. */
  projectId: string | null;
}

const EMPTY: Draft = { type: 'image', models: {}, prompt: '', values: {}, projectId: null };
const SAVE_AFTER_MS = 250;

const drafts = new Map<string, Store<Draft>>();

/** The draft in an organization. */
export function draftOf(organizationId: string): Store<Draft> {
  let store = drafts.get(organizationId);
  if (!store) {
    store = createStore(read(organizationId));
    drafts.set(organizationId, store);
    saveChanges(store, keyOf(organizationId));
  }
  return store;
}

export function useDraft(organizationId: string): readonly [Draft, (change: Partial<Draft>) => void] {
  const store = draftOf(organizationId);
  return [useStore(store), (change) => store.set((draft) => ({ ...draft, ...change }))];
}

export const RECALLS = ['all', 'prompt', 'seed', 'size'] as const;
export type Recall = (typeof RECALLS)[number];

/**
 * Takes a finished job back into the form: everything, or one thing of it.
 * @param seed of the chosen output, which the input need not name
 */
export function recall(
  draft: Draft,
  job: Pick<JobDto, 'type' | 'model' | 'input'>,
  what: Recall,
  seed?: number | null,
): Draft {
  const { prompt, values } = valuesFrom(job.input);
  switch (what) {
    case 'prompt':
      return { ...draft, prompt };
    case 'seed':
      return { ...draft, values: { ...draft.values, seed: seed ?? values['seed'] } };
    case 'size':
      return { ...draft, values: { ...draft.values, size: values['size'] } };
    case 'all':
      return { ...draft, type: job.type, models: { ...draft.models, [job.type]: [job.model] }, prompt, values };
  }
}

const keyOf = (organizationId: string) => `base.draft.${organizationId}`;

function read(organizationId: string): Draft {
  try {
    const stored = JSON.parse(deviceMemory.read(keyOf(organizationId)) ?? '{}') as Partial<Draft>;
    return { ...EMPTY, ...stored };
  } catch {
    return EMPTY;
  }
}

function saveChanges(store: Store<Draft>, key: string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = () => deviceMemory.write(key, JSON.stringify(store.get()));
  store.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  });
  addEventListener('pagehide', save);
}
