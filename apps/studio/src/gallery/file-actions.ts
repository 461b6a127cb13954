import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  addFavorite,
  deleteGenerations,
  favoriteGenerations,
  moveGenerations,
  removeFavorite,
  restoreGenerations,
} from '#sdk';
import { changeFiles } from '../api/gallery-cache.js';
import { describeProblem } from '../api/problems.js';
import { galleryKey, projectsKey } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

/** So many files one request may change. */
const MOST_AT_ONCE = 500;

export interface FileActions {
  favorite: (ids: readonly string[], isFavorite: boolean) => Promise<void>;
  move: (ids: readonly string[], project: { id: string; name: string } | null) => Promise<void>;
  /** Into the bin, with a way back. */
  remove: (ids: readonly string[]) => Promise<void>;
  restore: (ids: readonly string[]) => Promise<void>;
}

function inParts(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / MOST_AT_ONCE) }, (_, part) =>
    ids.slice(part * MOST_AT_ONCE, (part + 1) * MOST_AT_ONCE),
  );
}

/** What can be done with files. Each is seen at once, and taken back with a word when the server refuses. */
export function useFileActions(): FileActions {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  return useMemo(() => {
    const { id: organizationId } = organization;
    const afterwards = () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: galleryKey(organizationId), refetchType: 'none' }),
        queryClient.invalidateQueries({ queryKey: projectsKey(organizationId) }),
      ]);
    /** @returns whether it was done */
    const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
      try {
        await work();
        await afterwards();
        return true;
      } catch (error) {
        notify(describeProblem(t, error), { tone: 'bad' });
        await queryClient.invalidateQueries({ queryKey: galleryKey(organizationId) });
        return false;
      }
    };
    const each = (ids: readonly string[], send: (generationIds: string[]) => Promise<unknown>) => async () => {
      for (const part of inParts(ids)) await send(part);
    };
    const actions: FileActions = {
      favorite: async (ids, isFavorite) => {
        changeFiles(queryClient, organizationId, ids, (file, filters) =>
          filters.favorite && !isFavorite ? undefined : { ...file, isFavorite },
        );
        const [only] = ids;
        await attempt(
          only && ids.length === 1
            ? () =>
                (isFavorite ? addFavorite : removeFavorite)({
                  client,
                  path: { generationId: only },
                  throwOnError: true,
                })
            : each(ids, (generationIds) =>
                favoriteGenerations({ client, body: { generationIds, favorite: isFavorite }, throwOnError: true }),
              ),
        );
      },
      move: async (ids, project) => {
        changeFiles(queryClient, organizationId, ids, (file, filters) =>
          filters.projectId && filters.projectId !== project?.id ? undefined : { ...file, project },
        );
        const isDone = await attempt(
          each(ids, (generationIds) =>
            moveGenerations({ client, body: { generationIds, projectId: project?.id ?? null }, throwOnError: true }),
          ),
        );
        if (!isDone) return;
        notify(
          project
            ? t('gallery.moved', { count: ids.length, project: project.name })
            : t('gallery.movedOut', { count: ids.length }),
        );
      },
      remove: async (ids) => {
        changeFiles(queryClient, organizationId, ids, () => undefined);
        const isDone = await attempt(
          each(ids, (generationIds) => deleteGenerations({ client, body: { generationIds }, throwOnError: true })),
        );
        if (!isDone) return;
        notify(t('gallery.deleted', { count: ids.length }), {
          action: { label: t('action.undo'), run: () => void actions.restore(ids) },
        });
      },
      restore: async (ids) => {
        changeFiles(queryClient, organizationId, ids, () => undefined);
        const isDone = await attempt(
          each(ids, (generationIds) => restoreGenerations({ client, body: { generationIds }, throwOnError: true })),
        );
        if (!isDone) return;
        await queryClient.invalidateQueries({ queryKey: galleryKey(organizationId) });
        notify(t('gallery.restored', { count: ids.length }));
      },
    };
    return actions;
  }, [t, queryClient, organization, client]);
}
