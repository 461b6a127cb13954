import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '#sdk';
import { isTransient, retryDelayMs } from './problems.js';
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
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// After an outage everything on the screen is read afresh.
reachability.subscribe(() => {
  if (reachability.get()) void queryClient.invalidateQueries();
});
