import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Folder } from 'lucide-react';
import { useEffect } from 'react';
import { projectsQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { ProjectMenu } from '../projects/project-menu.js';
import { useWorkspace } from '../shell/workspace.js';
import { useDraft } from './draft.js';

/** Where what is made goes. A project that is gone is forgotten. */
export function ProjectChoice() {
  const t = useMessages();
  const { organization, can } = useWorkspace();
  const [draft, change] = useDraft(organization.id);
  const { data: projects } = useQuery(projectsQuery(organization.id));
  const project = projects?.find(({ id }) => id === draft.projectId);
  const isGone = projects !== undefined && draft.projectId !== null && !project;
  useEffect(() => {
    if (isGone) change({ projectId: null });
  });
  if (!can('studio:manage')) return null;
  return (
    <ProjectMenu
      current={draft.projectId}
      onChoose={(chosen) => change({ projectId: chosen?.id ?? null })}
      trigger={
        <Button variant="quiet" size="sm" className="-mx-1 w-fit max-w-full self-start px-1.5!">
          <Folder aria-hidden />
          <span className="truncate">
            <span className="sr-only">{t('create.saveIn')} </span>
            {project?.name ?? t('create.noProject')}
          </span>
          <ChevronDown aria-hidden className="size-3.5!" />
        </Button>
      }
    />
  );
}
