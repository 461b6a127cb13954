import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { type GenerationDto, type GenerationPageDto, listGenerations } from '#sdk';
import type { GalleryFilters } from '../gallery/gallery-search.js';
import { organizationClient } from './clients.js';
import { AROUND, GALLERY_PAGE, galleryKey } from './queries.js';

type Pages = InfiniteData<GenerationPageDto, string | undefined>;

/**
 * Changes files wherever the gallery keeps them.
 * @param change may look at what a list is narrowed to; a file that becomes `undefined` leaves the list
 */
export function changeFiles(
  queryClient: QueryClient,
  organizationId: string,
  ids: readonly string[],
  change: (file: GenerationDto, filters: GalleryFilters) => GenerationDto | undefined,
): void {
  const chosen = new Set(ids);
  for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: galleryKey(organizationId) })) {
    const filters = queryKey.at(-1) as GalleryFilters;
    queryClient.setQueryData<Pages>(queryKey, (pages) =>
      mapPages(pages, (files) =>
        files.flatMap((file) => {
          const changed = chosen.has(file.id) ? change(file, filters) : file;
          return changed ? [changed] : [];
        }),
      ),
    );
  }
}

function mapPages(pages: Pages | undefined, map: (files: GenerationDto[]) => GenerationDto[]): Pages | undefined {
  return pages && { ...pages, pages: pages.pages.map((page) => ({ ...page, data: map(page.data) })) };
}

/**
 * Puts what is new on top of each gallery that is open. Reading them again as a whole would ask for every page that was
 * ever scrolled to; those that are not open are read again when they are.
 */
export async function refreshGallery(queryClient: QueryClient, organizationId: string): Promise<void> {
  const queries = queryClient.getQueryCache().findAll({ queryKey: galleryKey(organizationId) });
  for (const query of queries) {
    if (!query.isActive()) queryClient.removeQueries({ queryKey: query.queryKey, exact: true });
    else if (!query.queryKey.includes(AROUND)) await readTop(queryClient, organizationId, query.queryKey);
  }
}

async function readTop(queryClient: QueryClient, organizationId: string, queryKey: readonly unknown[]): Promise<void> {
  const filters = queryKey.at(-1) as GalleryFilters;
  const client = organizationClient(organizationId);
  const { data: top } = await listGenerations({ client, query: { ...filters, limit: GALLERY_PAGE } });
  if (!top) return;
  queryClient.setQueryData<Pages>(queryKey, (pages) => {
    const first = pages?.pages[0];
    if (!first) return pages;
    const read = new Map(top.data.map((file) => [file.id, file]));
    const known = new Set(pages.pages.flatMap(({ data }) => data.map(({ id }) => id)));
    const fresh = top.data.filter(({ id }) => !known.has(id));
    const page = { ...first, data: [...fresh, ...first.data] };
    // Those that were known may have got their previews since.
    return mapPages({ ...pages, pages: [page, ...pages.pages.slice(1)] }, (files) =>
      files.map((file) => read.get(file.id) ?? file),
    );
  });
}
