import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  createQuote,
  getAsset,
  getAssetAllowance,
  getCreditBalance,
  getGeneration,
  getJob,
  getMe,
  getProject,
  getSharedPage,
  getSubscription,
  getTotp,
  getUsage,
  type JobDto,
  listAssets,
  listBrandKits,
  listCreditTransactions,
  listGenerations,
  listJobs,
  listMembers,
  listModels,
  listPlans,
  listPresets,
  listProjects,
  listSessions,
  listShareLinks,
  listTemplates,
  type ProjectDto,
} from '#sdk';
import type { GalleryFilters } from '../gallery/gallery-search.js';
import type { MediaType } from '../media/media-type.js';
import { anonymousClient, organizationClient, personClient } from './clients.js';
import { isTransient } from './problems.js';
import { awaitsPreviews, hasEnded, newerJob } from './job-states.js';

/** Every key of an organization's data begins with its id: a switch can never show another one's. */
export const inOrganization = (organizationId: string) => ['organization', organizationId] as const;
export const galleryKey = (organizationId: string) => [...inOrganization(organizationId), 'gallery'] as const;
export const projectsKey = (organizationId: string) => [...inOrganization(organizationId), 'projects'] as const;
export const assetsKey = (organizationId: string) => [...inOrganization(organizationId), 'assets'] as const;
export const libraryKey = (organizationId: string, part: 'presets' | 'brand-kits' | 'share-links') =>
  [...inOrganization(organizationId), part] as const;
export const recentJobsKey = (organizationId: string) => [...inOrganization(organizationId), 'jobs', 'recent'] as const;

const RECENT_JOBS = 60;
export const GALLERY_PAGE = 60;
const PROJECTS_PAGE = 100;
const MEMBERS = 100;
const ASSETS_PAGE = 60;
const LEDGER_PAGE = 200;
const MINUTE_MS = 60_000;
const RECHECK_MS = 10_000;
const PREVIEWS_MS = 3_000;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await getMe({ client: personClient, signal, throwOnError: true })).data,
  staleTime: 5 * MINUTE_MS,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) =>
    (await listModels({ client: anonymousClient, signal, throwOnError: true })).data.data.toSorted(
      (a, b) => Number(b.available) - Number(a.available),
    ),
  staleTime: 10 * MINUTE_MS,
});

export const balanceQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'balance'],
    queryFn: async ({ signal }) =>
      (await getCreditBalance({ client: organizationClient(organizationId), signal, throwOnError: true })).data,
    staleTime: MINUTE_MS,
    // Others spend too; and an outage is noticed while nobody does anything.
    refetchInterval: MINUTE_MS / 2,
  });

export const recentJobsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: recentJobsKey(organizationId),
    queryFn: async ({ signal, client: queryClient }): Promise<JobDto[]> => {
      const client = organizationClient(organizationId);
      const { data } = await listJobs({ client, signal, query: { limit: RECENT_JOBS }, throwOnError: true });
      const known = new Map(
        queryClient.getQueryData<JobDto[]>(recentJobsKey(organizationId))?.map((job) => [job.id, job]),
      );
      return data.data.map((job) => newerJob(known.get(job.id), job));
    },
    staleTime: MINUTE_MS,
    // The stream tells how jobs end; what ended while it was being opened is found by asking.
    refetchInterval: ({ state: { data = [] } }) => {
      if (data.some(awaitsPreviews)) return PREVIEWS_MS;
      return data.some((job) => !hasEnded(job)) ? RECHECK_MS : false;
    },
  });

export const galleryQuery = (organizationId: string, filters: GalleryFilters) =>
  infiniteQueryOptions({
    queryKey: [...galleryKey(organizationId), filters],
    queryFn: async ({ pageParam, signal }) => {
      const client = organizationClient(organizationId);
      const query = { ...filters, limit: GALLERY_PAGE, before: pageParam };
      return (await listGenerations({ client, signal, query, throwOnError: true })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextBefore ?? undefined,
    staleTime: 5 * MINUTE_MS,
    // The stream tells what is new; reading every page again would tell no more.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Marks the files beside one in a key, which ends as those of the gallery do. */
export const AROUND = 'around';

/** One file and those beside it, both ways; searches go to older files only. */
export const aroundQuery = (organizationId: string, filters: GalleryFilters, generationId: string) =>
  infiniteQueryOptions({
    queryKey: [...galleryKey(organizationId), AROUND, generationId, filters],
    queryFn: async ({ pageParam, signal }) => {
      const client = organizationClient(organizationId);
      if (!pageParam) {
        const { data: file } = await getGeneration({ client, signal, path: { generationId }, throwOnError: true });
        return { data: [file], nextBefore: file.id };
      }
      const query = { ...filters, limit: GALLERY_PAGE, ...pageParam };
      return (await listGenerations({ client, signal, query, throwOnError: true })).data;
    },
    initialPageParam: undefined as { before: string } | { after: string } | undefined,
    getNextPageParam: ({ nextBefore }) => (nextBefore === null ? undefined : { before: nextBefore }),
    getPreviousPageParam: ({ data: [first] }) => (first && filters.q === undefined ? { after: first.id } : undefined),
    staleTime: 5 * MINUTE_MS,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** One job, for what its files do not tell: the input it was asked with. */
export const jobQuery = (organizationId: string, jobId: string) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'jobs', jobId],
    queryFn: async ({ signal }) =>
      (await getJob({ client: organizationClient(organizationId), signal, path: { jobId }, throwOnError: true })).data,
    staleTime: 5 * MINUTE_MS,
  });

/** Every project, newest first: there are dozens, not thousands. */
export const projectsQuery = (organizationId: string, archived = false) =>
  queryOptions({
    queryKey: [...projectsKey(organizationId), 'list', archived],
    queryFn: async ({ signal }): Promise<ProjectDto[]> => {
      const client = organizationClient(organizationId);
      const projects: ProjectDto[] = [];
      let before: string | undefined;
      do {
        const query = { archived, limit: PROJECTS_PAGE, before };
        const { data } = await listProjects({ client, signal, query, throwOnError: true });
        projects.push(...data.data);
        before = data.nextBefore ?? undefined;
      } while (before);
      return projects;
    },
    staleTime: MINUTE_MS,
  });

export const projectQuery = (organizationId: string, projectId: string) =>
  queryOptions({
    queryKey: [...projectsKey(organizationId), projectId],
    queryFn: async ({ signal }) =>
      (
        await getProject({
          client: organizationClient(organizationId),
          signal,
          path: { projectId },
          throwOnError: true,
        })
      ).data,
    staleTime: MINUTE_MS,
  });

/** The first members; who has more finds the rest by searching prompts. */
export const membersQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'members'],
    queryFn: async ({ signal }) =>
      (
        await listMembers({
          client: organizationClient(organizationId),
          signal,
          path: { organizationId },
          query: { limit: MEMBERS },
          throwOnError: true,
        })
      ).data.data,
    staleTime: 5 * MINUTE_MS,
  });

export const quoteQuery = (organizationId: string, model: string, input: Record<string, unknown>) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'quote', model, input],
    queryFn: async ({ signal }) => {
      const client = organizationClient(organizationId);
      return (await createQuote({ client, signal, body: { model, input }, throwOnError: true })).data;
    },
    placeholderData: keepPreviousData,
    // A promise holds for 15 minutes.
    staleTime: 10 * MINUTE_MS,
    gcTime: MINUTE_MS,
  });

/** What plans and packs of credits cost; for everybody. */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: async ({ signal }) => (await listPlans({ client: anonymousClient, signal, throwOnError: true })).data,
  staleTime: 10 * MINUTE_MS,
});

export const subscriptionQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'subscription'],
    queryFn: async ({ signal }) =>
      (await getSubscription({ client: organizationClient(organizationId), signal, throwOnError: true })).data,
    staleTime: MINUTE_MS,
  });

/** @param isOpen whether the person may read it: who may not, does not ask */
export const ledgerQuery = (organizationId: string, isOpen: boolean) =>
  infiniteQueryOptions({
    enabled: isOpen,
    queryKey: [...inOrganization(organizationId), 'ledger'],
    queryFn: async ({ pageParam, signal }) => {
      const client = organizationClient(organizationId);
      const query = { limit: LEDGER_PAGE, before: pageParam };
      return (await listCreditTransactions({ client, signal, query, throwOnError: true })).data;
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.nextBefore ?? undefined,
    staleTime: MINUTE_MS,
  });

export const usageQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'usage'],
    queryFn: async ({ signal }) =>
      (await getUsage({ client: organizationClient(organizationId), signal, throwOnError: true })).data.data,
    staleTime: MINUTE_MS,
  });

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await listSessions({ client: personClient, signal, throwOnError: true })).data.data,
});

export const totpQuery = queryOptions({
  queryKey: ['totp'],
  queryFn: async ({ signal }) => (await getTotp({ client: personClient, signal, throwOnError: true })).data,
});

export const assetQuery = (organizationId: string, assetId: string) =>
  queryOptions({
    queryKey: [...assetsKey(organizationId), assetId],
    queryFn: async ({ signal }) =>
      (await getAsset({ client: organizationClient(organizationId), signal, path: { assetId }, throwOnError: true }))
        .data,
    // Its link ends; another one is asked for in time.
    staleTime: 10 * MINUTE_MS,
  });

export const allowanceQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...assetsKey(organizationId), 'allowance'],
    queryFn: async ({ signal }) =>
      (await getAssetAllowance({ client: organizationClient(organizationId), signal, throwOnError: true })).data,
    staleTime: 10 * MINUTE_MS,
  });

/** @param type of files; left out: all */
export const assetsQuery = (organizationId: string, type?: MediaType) =>
  infiniteQueryOptions({
    queryKey: [...assetsKey(organizationId), 'list', type],
    queryFn: async ({ pageParam, signal }) => {
      const client = organizationClient(organizationId);
      const query = { type, limit: ASSETS_PAGE, before: pageParam };
      return (await listAssets({ client, signal, query, throwOnError: true })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextBefore ?? undefined,
    staleTime: 5 * MINUTE_MS,
  });

export const presetsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: libraryKey(organizationId, 'presets'),
    queryFn: async ({ signal }) =>
      (await listPresets({ client: organizationClient(organizationId), signal, throwOnError: true })).data.data,
    staleTime: MINUTE_MS,
  });

export const brandKitsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: libraryKey(organizationId, 'brand-kits'),
    queryFn: async ({ signal }) =>
      (await listBrandKits({ client: organizationClient(organizationId), signal, throwOnError: true })).data.data,
    staleTime: MINUTE_MS,
  });

export const shareLinksQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: libraryKey(organizationId, 'share-links'),
    queryFn: async ({ pageParam, signal }) => {
      const client = organizationClient(organizationId);
      return (await listShareLinks({ client, signal, query: { before: pageParam }, throwOnError: true })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextBefore ?? undefined,
    staleTime: MINUTE_MS,
  });

export const templatesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...inOrganization(organizationId), 'templates'],
    queryFn: async ({ signal }) =>
      (await listTemplates({ client: organizationClient(organizationId), signal, throwOnError: true })).data.data,
    staleTime: 'static',
  });

export const sharedPageQuery = (token: string) =>
  queryOptions({
    queryKey: ['shared', token],
    queryFn: async ({ signal }) =>
      (await getSharedPage({ client: anonymousClient, signal, path: { token }, throwOnError: true })).data,
    // The links to its files live for an hour; nobody is counted twice for looking away.
    staleTime: 30 * MINUTE_MS,
    retry: (failures, error) => failures < 2 && isTransient(error),
  });
