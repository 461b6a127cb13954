import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Bookmark, BookmarkPlus, Settings2, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { PresetDto } from '#sdk';
import { presetsQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Menu, MenuItem, MenuSeparator } from '../components/ui/menu.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { draftOf, recall } from './draft.js';
import type { GenerationRequest } from './generate.js';

const PresetDialog = lazy(() => import('./preset-dialog.js'));

/** Puts a preset into the form; a preset without a description keeps the one that is there. */
export function applyPreset(organizationId: string, preset: PresetDto): void {
  draftOf(organizationId).set((draft) => {
    const next = recall(draft, preset, 'all');
    return { ...next, prompt: next.prompt || draft.prompt };
  });
}

/** Settings that were worth keeping. */
export function PresetMenu({ request }: { request: GenerationRequest | undefined }) {
  const t = useMessages();
  const navigate = useNavigate();
  const { organization, can } = useWorkspace();
  const { data: presets = [] } = useQuery(presetsQuery(organization.id));
  const [isSaving, setIsSaving] = useState(false);
  return (
    <>
      <Menu
        align="start"
        className="max-w-80"
        trigger={
          <Button variant="quiet" size="sm" title={t('create.presetUse')}>
            <Bookmark aria-hidden />
            {t('create.preset')}
          </Button>
        }
      >
        {presets.length === 0 ? <p className="max-w-64 px-2.5 py-2 text-muted">{t('preset.noneText')}</p> : null}
        {presets.map((preset) => (
          <MenuItem
            key={preset.id}
            onClick={() => {
              applyPreset(organization.id, preset);
              notify(t('preset.applied', { name: preset.name }));
            }}
          >
            <span className="flex-1 truncate">{preset.name}</span>
            <span className="text-xs text-muted">{t(`media.${preset.type}`)}</span>
            {preset.shared ? <Users aria-label={t('preset.shared')} /> : null}
          </MenuItem>
        ))}
        <MenuSeparator />
        {can('studio:manage') && request ? (
          <MenuItem onClick={() => setIsSaving(true)}>
            <BookmarkPlus aria-hidden />
            {t('preset.save')}
          </MenuItem>
        ) : null}
        <MenuItem onClick={() => void navigate({ to: '/library', search: { tab: 'presets' } })}>
          <Settings2 aria-hidden />
          {t('preset.manage')}
        </MenuItem>
      </Menu>
      {isSaving && request ? (
        <Suspense>
          <PresetDialog request={request} onClose={() => setIsSaving(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
