import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { aroundQuery, galleryQuery, recentJobsQuery } from '../api/queries.js';
import { fileOfGeneration, fileOfJob, type MediaFile } from '../media/media-file.js';
import { useWorkspace } from '../shell/workspace.js';
import type { GalleryFilters } from './gallery-search.js';

/** So close to the end of what is read, more is asked for. */
const NEAR_END = 3;

interface OpenedFiles {
  /** Those that one can go through, with the open one; without it, it is still being asked for. */
  files: readonly MediaFile[];
  /** Why the open one cannot be had. */
  failure: unknown;
}

/**
 * The files beside the one that is open: those of the gallery where it is among them, else those before and after it,
 * so that a link opens any file, however old. More are read as one goes on.
 */
export function useOpenedFiles(filters: GalleryFilters, view: string | undefined): OpenedFiles {
  const { organization } = useWorkspace();
  const gallery = useInfiniteQuery(galleryQuery(organization.id, filters));
  // Where the files around were begun from; one goes on from there without beginning anew.
  const [anchor, setAnchor] = useState(view);
  const galleryFiles = useFilesOf(gallery.data);
  const isInGallery = has(galleryFiles, view);
  const isApart = view !== undefined && !gallery.isPending && !isInGallery;
  const around = useInfiniteQuery({ ...aroundQuery(organization.id, filters, anchor ?? ''), enabled: isApart });
  const aroundFiles = useFilesOf(around.data);
  if (isApart && anchor !== view && !has(aroundFiles, view)) setAnchor(view);

  const recent = useQuery(recentJobsQuery(organization.id));
  const files = useMemo(() => {
    if (isInGallery || view === undefined) return galleryFiles;
    if (has(aroundFiles, view)) return aroundFiles;
    // Opened from the Studio: shown at once, while those beside it are asked for.
    const outputs = recent.data?.flatMap((job) => job.outputs.map((output) => fileOfJob(job, output)));
    return outputs?.filter(({ id }) => id === view) ?? [];
  }, [isInGallery, galleryFiles, aroundFiles, recent.data, view]);

  const list = isInGallery ? gallery : around;
  const index = files.findIndex(({ id }) => id === view);
  const isNearEnd = index >= files.length - NEAR_END;
  const isNearBeginning = index < NEAR_END;
  useEffect(() => {
    if (index < 0 || list.isFetching) return;
    if (isNearEnd && list.hasNextPage) void list.fetchNextPage();
    else if (isNearBeginning && list.hasPreviousPage) void list.fetchPreviousPage();
  }, [index, isNearEnd, isNearBeginning, list]);
  return { files, failure: isApart && anchor === view ? around.error : null };
}

const has = (files: readonly MediaFile[], id: string | undefined) => files.some((file) => file.id === id);

/** The files of what is read, page after page. */
export function useFilesOf(
  data: { pages: { data: Parameters<typeof fileOfGeneration>[0][] }[] } | undefined,
): MediaFile[] {
  return useMemo(() => data?.pages.flatMap((page) => page.data.map(fileOfGeneration)) ?? [], [data]);
}
