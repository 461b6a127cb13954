import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '#sdk';
import { isStillTooEarly, isTransient, retryDelayMs } from './problems.js';
import { noteUnreachable, reachability } from './reachability.js';

const MAX_RETRIES = 3;

const onError = (error: unknown) => {
  if (!(error instanceof ApiError)) noteUnreachable();
};

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < MAX_RETRIES && isTransient(error),
      retryDelay: retryDelayMs,
      // What was asked for ahead of a page, and refused for now, the page does not ask for once more.
      retryOnMount: ({ state }) => !isStillTooEarly(state.error, state.errorUpdatedAt),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// After an outage everything on the screen is read afresh.
reachability.subscribe(() => {
  if (reachability.get()) void queryClient.invalidateQueries();
});
