import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { type Client, createOrganization, type MeDto, switchOrganization } from '#sdk';
import { organizationClient, personClient } from '../api/clients.js';
import { meQuery } from '../api/queries.js';
import { useMessages } from '../i18n/use-messages.js';
import { deviceMemory } from '../state/device-memory.js';

export type Organization = MeDto['organizations'][number];
type Permission = Organization['permissions'][number];

export interface Workspace {
  user: MeDto['user'];
  organizations: Organization[];
  organization: Organization;
  client: Client;
  /** Whether the person may do this here; what they may not do is not shown. */
  can: (permission: Permission) => boolean;
  switchTo: (organizationId: string) => void;
}

const STORAGE_KEY = 'base.organization';
const WorkspaceContext = createContext<Workspace | undefined>(undefined);

/** Who works here, and for whom. */
export function useWorkspace(): Workspace {
  const workspace = use(WorkspaceContext);
  if (!workspace) throw new Error('useWorkspace outside of the application shell');
  return workspace;
}

interface WorkspaceProviderProps {
  children: ReactNode;
  /** While there is no organization yet. */
  fallback: ReactNode;
}

/** The id of the organization that was used last on this device. */
export const usedHere = (): string | undefined => deviceMemory.read(STORAGE_KEY);

/** The organization that was chosen, else the one used last anywhere, else the first. */
export function organizationOf({ user, organizations }: MeDto, chosen: string | undefined): Organization | undefined {
  const byId = (wanted: string | null | undefined) => organizations.find(({ id }) => id === wanted);
  return byId(chosen) ?? byId(user.lastOrganizationId) ?? organizations[0];
}

/** Chooses the organization. Who belongs to none gets one of their own, so that a new person can begin at once. */
export function WorkspaceProvider({ children, fallback }: WorkspaceProviderProps) {
  const { data: me } = useQuery(meQuery);
  const [chosen, setChosen] = useState(usedHere);
  const organization = me && organizationOf(me, chosen);
  useFirstOrganization(me);

  const switchTo = useCallback((organizationId: string) => {
    deviceMemory.write(STORAGE_KEY, organizationId);
    setChosen(organizationId);
    // Where this person begins on another device; here it is known already.
    void switchOrganization({ client: personClient, body: { organizationId } });
  }, []);

  const workspace = useMemo<Workspace | undefined>(() => {
    if (!me || !organization) return undefined;
    const permissions = new Set(organization.permissions);
    return {
      user: me.user,
      organizations: me.organizations,
      organization,
      client: organizationClient(organization.id),
      can: (permission) => permissions.has(permission),
      switchTo,
    };
  }, [me, organization, switchTo]);

  return workspace ? <WorkspaceContext value={workspace}>{children}</WorkspaceContext> : fallback;
}

/** Under way, so that a component that mounts twice makes one. */
let founding: Promise<unknown> | undefined;

function useFirstOrganization(me: MeDto | undefined): void {
  const t = useMessages();
  const queryClient = useQueryClient();
  const isNeeded = me?.organizations.length === 0;
  const firstName = me?.user.name.split(' ')[0] ?? '';
  useEffect(() => {
    if (!isNeeded) return;
    const body = { name: t('organization.first', { name: firstName }) };
    founding ??= createOrganization({ client: personClient, body, throwOnError: true })
      .then(() => queryClient.invalidateQueries(meQuery))
      .finally(() => (founding = undefined));
  }, [isNeeded, firstName, t, queryClient]);
}
