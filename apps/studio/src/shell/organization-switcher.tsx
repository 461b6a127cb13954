import { ChevronsUpDown, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuSeparator } from '../components/ui/menu.js';
import { useMessages } from '../i18n/use-messages.js';
import { RoomItems } from './room-items.js';
import { useWorkspace } from './workspace.js';

const NewOrganizationDialog = lazy(() => import('./new-organization-dialog.js'));

/** For whom one works, and how to work for another. */
export function OrganizationSwitcher() {
  const t = useMessages();
  const { organization, organizations, switchTo } = useWorkspace();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            aria-label={t('organization.switch', { name: organization.name })}
            className="flex h-9 min-w-0 items-center gap-1.5 rounded-md px-2 text-base font-medium transition-colors duration-150 hover:bg-hover"
          >
            <span className="max-w-[30vw] truncate sm:max-w-52">{organization.name}</span>
            <ChevronsUpDown className="size-3.5 shrink-0 text-muted" aria-hidden />
          </button>
        }
      >
        <RoomItems area="organization" label="nav.organization" />
        <MenuChoices label={t('organization.yours')} value={organization.id} onChange={switchTo}>
          {organizations.map(({ id, name, role }) => (
            <MenuChoice key={id} value={id}>
              <span className="flex min-w-0 flex-col">
                <span className="truncate">{name}</span>
                <span className="text-xs text-muted">{t(`role.${role}`)}</span>
              </span>
            </MenuChoice>
          ))}
        </MenuChoices>
        <MenuSeparator />
        <MenuItem onClick={() => setIsCreating(true)}>
          <Plus aria-hidden />
          {t('organization.new')}
        </MenuItem>
      </Menu>
      {isCreating ? (
        <Suspense>
          <NewOrganizationDialog onClose={() => setIsCreating(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
