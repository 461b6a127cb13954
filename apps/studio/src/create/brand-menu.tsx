import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Palette, Settings2 } from 'lucide-react';
import type { BrandKitDto } from '#sdk';
import { brandKitsQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Menu, MenuItem, MenuSeparator } from '../components/ui/menu.js';
import { useMessages } from '../i18n/use-messages.js';
import { Swatches } from '../library/swatches.js';
import { useWorkspace } from '../shell/workspace.js';

/** Adds what a brand asks for to the description, where everybody sees it; chosen again, it is taken out. */
export function BrandMenu({ prompt, onChange }: { prompt: string; onChange: (prompt: string) => void }) {
  const t = useMessages();
  const navigate = useNavigate();
  const { organization } = useWorkspace();
  const { data: kits = [] } = useQuery(brandKitsQuery(organization.id));
  const toggle = (kit: BrandKitDto) => {
    const before = prompt;
    const known = Object.values(kit.promptAddition).find((addition) => addition !== '' && prompt.includes(addition));
    onChange(
      known
        ? prompt.replace(known, '').trim()
        : [prompt.trim(), kit.promptAddition[t.language]].filter(Boolean).join('\n\n'),
    );
    notify(t(known ? 'brand.removed' : 'brand.added', { name: kit.name }), {
      action: { label: t('action.undo'), run: () => onChange(before) },
    });
  };
  return (
    <Menu
      align="start"
      className="max-w-80"
      trigger={
        <Button variant="quiet" size="sm" title={t('create.brandUse')}>
          <Palette aria-hidden />
          {t('create.brand')}
        </Button>
      }
    >
      {kits.length === 0 ? <p className="max-w-64 px-2.5 py-2 text-muted">{t('brand.noneText')}</p> : null}
      {kits.map((kit) => (
        <MenuItem key={kit.id} onClick={() => toggle(kit)}>
          <Swatches colors={kit.colors} />
          <span className="truncate">{kit.name}</span>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onClick={() => void navigate({ to: '/library', search: { tab: 'brand' } })}>
        <Settings2 aria-hidden />
        {t('brand.manage')}
      </MenuItem>
    </Menu>
  );
}
