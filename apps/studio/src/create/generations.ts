import type { JobDto } from '#sdk';
import type { PendingJob } from './generate.js';
import { PROMPTS } from './schema-fields.js';

/** One job of a group: already the server's, or still on its way there. */
export type GroupMember = { job: JobDto; pending?: undefined } | { job?: undefined; pending: PendingJob };

/** What was asked for in one go: one job for each model. */
export interface GenerationGroup {
  key: string;
  type: JobDto['type'];
  input: Record<string, unknown>;
  createdAt: Date | string;
  members: readonly GroupMember[];
}

/**
 * Jobs that were asked for together, together, newest first. A request that the server has already made a job of, but
 * not yet answered, is shown once: the job carries the request's key.
 */
export function groupGenerations(jobs: readonly JobDto[], pending: readonly PendingJob[]): GenerationGroup[] {
  const known = new Set(jobs.map((job) => job.metadata['request']).filter(Boolean));
  const groups = new Map<string, GenerationGroup & { members: GroupMember[] }>();
  const add = (key: string, about: Omit<GenerationGroup, 'key' | 'members'>, member: GroupMember) => {
    const group = groups.get(key) ?? { key, ...about, members: [] };
    group.members.push(member);
    groups.set(key, group);
  };
  for (const request of pending) {
    if (!known.has(request.key)) add(request.set, request, { pending: request });
  }
  for (const job of jobs) if (!isEmptied(job)) add(setOf(job), job, { job });
  return [...groups.values()].toSorted((a, b) => Number(new Date(b.createdAt)) - Number(new Date(a.createdAt)));
}

/** Everything that it made lies in the bin, or is gone: it has nothing to show any more. */
function isEmptied({ status, outputs }: JobDto): boolean {
  return status === 'succeeded' && outputs.length === 0;
}

function setOf(job: JobDto): string {
  return job.metadata['set'] ?? job.id;
}

/** The text somebody wrote, whatever the model calls it. */
export function promptOf(input: Record<string, unknown>): string {
  const text = input['prompt'] ?? input['text'] ?? input['input'];
  return typeof text === 'string' ? text : '';
}

/** The settings alone. */
export function withoutPrompt(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !PROMPTS.has(name)));
}

/** How many files a request will make. */
export function countOf(input: Record<string, unknown>): number {
  const count = input['n'];
  return typeof count === 'number' && count > 0 ? count : 1;
}

/** Its place among the organization's waiting jobs of the same kind, from 1: they are taken in this order. */
export function queuePosition(job: JobDto, jobs: readonly JobDto[]): number {
  return jobs.filter(
    (other) =>
      other.status === 'queued' && other.type === job.type && new Date(other.createdAt) <= new Date(job.createdAt),
  ).length;
}
