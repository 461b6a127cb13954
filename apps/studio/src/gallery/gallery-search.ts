import type { ListGenerationsData } from '#sdk';
import { MEDIA_TYPES, type MediaType } from '../media/media-type.js';

/** What the gallery shows and what is open in it, as the address says. */
export interface GallerySearch {
  /** Words of prompts. */
  q?: string | undefined;
  type?: MediaType | undefined;
  favorites?: true | undefined;
  project?: string | undefined;
  model?: string | undefined;
  member?: string | undefined;
  /** Days where the browser is, `2026-11-22`; both belong to it. */
  from?: string | undefined;
  to?: string | undefined;
  bin?: true | undefined;
  /** The file that is open, by its id. */
  view?: string | undefined;
}

export type GalleryFilters = Omit<NonNullable<ListGenerationsData['query']>, 'limit' | 'before'>;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

// The router reads values as JSON: a search for 2026 comes as a number.
const text = (value: unknown) => (['string', 'number'].includes(typeof value) ? String(value) : '').trim() || undefined;
const matching = (value: unknown, pattern: RegExp) => (pattern.test(String(value)) ? String(value) : undefined);

/** Reads the part behind the `?`; what does not belong there is passed over. */
export function readGallerySearch(search: Record<string, unknown>): GallerySearch {
  const isBin = search['bin'] === true;
  return {
    // The bin cannot be searched.
    q: isBin ? undefined : text(search['q'])?.slice(0, 200),
    type: MEDIA_TYPES.find((type) => type === search['type']),
    favorites: search['favorites'] === true || undefined,
    project: matching(search['project'], ID),
    model: text(search['model']),
    member: matching(search['member'], ID),
    from: matching(search['from'], DAY),
    to: matching(search['to'], DAY),
    bin: isBin || undefined,
    view: matching(search['view'], ID),
  };
}

const midnight = (day: string) => new Date(`${day}T00:00:00`);

/** What is asked of the API. */
export function filtersOf(search: GallerySearch, projectId = search.project): GalleryFilters {
  const to = search.to ? new Date(midnight(search.to).getTime() + DAY_MS) : undefined;
  return {
    q: search.q,
    type: search.type,
    favorite: search.favorites,
    projectId,
    model: search.model,
    userId: search.member,
    from: search.from ? midnight(search.from).toISOString() : undefined,
    to: to?.toISOString(),
    deleted: search.bin,
  };
}

/** Those that are chosen in the filter's own window. */
export const FILTERS = ['project', 'model', 'member', 'from', 'to'] as const satisfies readonly (keyof GallerySearch)[];

/** Whether anything but the bin and the open file narrows what is shown. */
export function isNarrowed(search: GallerySearch): boolean {
  return [search.q, search.type, search.favorites, ...FILTERS.map((name) => search[name])].some(
    (value) => value !== undefined,
  );
}
