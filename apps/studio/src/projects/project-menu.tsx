import { useQuery } from '@tanstack/react-query';
import { FolderMinus, FolderPlus, Folder } from 'lucide-react';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { projectsQuery } from '../api/queries.js';
import { Menu, MenuItem, MenuSeparator } from '../components/ui/menu.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

const ProjectDialog = lazy(() => import('./project-dialog.js'));

interface ProjectMenuProps {
  trigger: ReactElement;
  /** Where the files are now, when all are in one place. */
  current?: string | null | undefined;
  side?: 'top' | 'bottom';
  onChoose: (project: { id: string; name: string } | null) => void;
}

/** Chooses a project, or makes one on the way. */
export function ProjectMenu({ trigger, current, side = 'top', onChoose }: ProjectMenuProps) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const { data: projects = [] } = useQuery(projectsQuery(organization.id));
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <Menu trigger={trigger} side={side} align="center" className="max-w-72">
        {projects.map((project) => (
          <MenuItem key={project.id} disabled={project.id === current} onClick={() => onChoose(project)}>
            <Folder aria-hidden />
            <span className="truncate">{project.name}</span>
          </MenuItem>
        ))}
        {projects.length > 0 ? <MenuSeparator /> : null}
        {current === null ? null : (
          <MenuItem onClick={() => onChoose(null)}>
            <FolderMinus aria-hidden />
            {t('create.noProject')}
          </MenuItem>
        )}
        <MenuItem onClick={() => setIsCreating(true)}>
          <FolderPlus aria-hidden />
          {t('project.new')}
        </MenuItem>
      </Menu>
      {isCreating ? (
        <Suspense>
          <ProjectDialog onClose={() => setIsCreating(false)} onDone={onChoose} />
        </Suspense>
      ) : null}
    </>
  );
}
