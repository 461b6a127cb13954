import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { cancelJob, type Client, createJob, type JobDto } from '#sdk';
import { keepJob } from '../api/job-feed.js';
import { describeProblem, isTooEarly, isTransient, retryDelayMs } from '../api/problems.js';
import { balanceQuery } from '../api/queries.js';
import { noteUnreachable, untilReachable } from '../api/reachability.js';
import { notify } from '../components/notices.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { createStore, useStore } from '../state/store.js';

export interface GenerationRequest {
  type: JobDto['type'];
  model: string;
  input: Record<string, unknown>;
  quoteId?: string | undefined;
  /** The price that was shown: more is never charged. */
  maxCredits?: number | undefined;
  projectId?: string | undefined;
}

/** A request on its way: shown at once, and replaced by the job the server makes of it. */
export interface PendingJob extends GenerationRequest {
  /** The Idempotency-Key; the job carries it as `metadata.request`. */
  key: string;
  /** Requests that were made together. */
  set: string;
  organizationId: string;
  createdAt: Date;
}

const TRIES = 5;

const pendingJobs = createStore<readonly PendingJob[]>([]);

export function usePendingJobs(): readonly PendingJob[] {
  const { organization } = useWorkspace();
  return useStore(pendingJobs).filter(({ organizationId }) => organizationId === organization.id);
}

export interface Generate {
  /** Asks for all of them at once. One that is refused does not keep the others. */
  generate: (requests: readonly GenerationRequest[]) => Promise<void>;
  /** What the last call was refused for. */
  refusal: unknown;
  forgetRefusal: () => void;
}

export function useGenerate(): Generate {
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const [refusal, setRefusal] = useState<unknown>();

  const generate = useCallback(
    async (requests: readonly GenerationRequest[]) => {
      setRefusal(undefined);
      const set = newKey();
      const pending = requests.map((request) => ({
        ...request,
        key: newKey(),
        set,
        organizationId: organization.id,
        createdAt: new Date(),
      }));
      pendingJobs.set((known) => [...pending, ...known]);
      const outcomes = await Promise.allSettled(
        pending.map(async (request) => {
          try {
            keepJob(queryClient, organization.id, await send(client, request));
          } finally {
            pendingJobs.set((known) => known.filter(({ key }) => key !== request.key));
          }
        }),
      );
      void queryClient.invalidateQueries(balanceQuery(organization.id));
      setRefusal(outcomes.find((outcome) => outcome.status === 'rejected')?.reason as unknown);
    },
    [queryClient, client, organization.id],
  );

  return { generate, refusal, forgetRefusal: useCallback(() => setRefusal(undefined), []) };
}

/** The key makes repeating safe: a request whose answer was lost is found, not made twice. */
async function send(client: Client, request: PendingJob): Promise<JobDto> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { data } = await createJob({
        client,
        headers: { 'Idempotency-Key': request.key },
        body: {
          model: request.model,
          input: request.input,
          quoteId: request.quoteId,
          maxCredits: request.maxCredits,
          projectId: request.projectId,
          metadata: { request: request.key, set: request.set },
        },
        throwOnError: true,
      });
      return data;
    } catch (error) {
      if (!isTransient(error) || attempt === TRIES) throw error;
      if (!isTooEarly(error)) noteUnreachable();
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs(attempt, error)));
      await untilReachable();
    }
  }
}

/** Asks that jobs stop; those that never ran cost nothing. */
export function useCancel(): (jobIds: readonly string[]) => Promise<void> {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  return useCallback(
    async (jobIds) => {
      await Promise.all(
        jobIds.map(async (jobId) => {
          const { data, error } = await cancelJob({ client, path: { jobId } });
          if (data) keepJob(queryClient, organization.id, data.job);
          else notify(describeProblem(t, error), { tone: 'bad' });
        }),
      );
      void queryClient.invalidateQueries(balanceQuery(organization.id));
    },
    [t, queryClient, client, organization.id],
  );
}

/** A version 4 UUID; `crypto.randomUUID` exists on secure origins only. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
